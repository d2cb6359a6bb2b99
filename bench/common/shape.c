#include "common/shape.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { TRAITS = 6, BINS = 1 << 16, TASTES = 512, TASTE_STEP = 64, UNIT = 1024 };
enum { FIRST_TIME = 789652009, TIMES = 638131994, DAY = 86400, YEAR = 31556952 };

struct shape_source {
    shape shape;
    uint32_t user;
    uint64_t total, bin;          /* of popularity: its sum, and the width of a bin */
    uint64_t *popularity;         /* [movies] running sum by rank */
    uint32_t *guide;              /* [BINS] rank at the start of a bin */
    uint32_t *movie, *id;         /* [movies] by rank; by movie */
    int8_t (*traits)[TRAITS];     /* [movies] */
    int8_t *liking;               /* [movies] 1/64 half stars, in units of 4 */
    uint32_t *seen;               /* [movies] last user who rated it */
    uint32_t *first_from, *first; /* [users + 1], [movies] movies that a user is to rate */
    uint32_t taste[TASTES];       /* chance to keep a movie, of 2^32 */
    shape_rating *list;
};

int shape_preset(const char *name, shape *preset)
{
    static const struct {
        const char *name;
        shape shape;
    } known[] = {
        {"100k", {943, 1682, 113, 1.6, 120, 1.1, 1}},
        {"1M", {6040, 3706, 167, 0.9, 60, 1.2, 1}},
        {"10M", {71567, 10681, 143, 1.35, 125, 1.2, 1}},
        {"20M", {138493, 26744, 146, 1.35, 122, 1.2, 1}},
        {"100M", {693000, 60000, 146, 1.35, 122, 1.2, 1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (strcmp(name, known[i].name) == 0) {
            *preset = known[i].shape;
            return 1;
        }
    return 0;
}

/* ---- numbers --------------------------------------------------------------------- */

/* splitmix64 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", 2014). */
static uint64_t draw(uint64_t *state)
{
    uint64_t x = *state += UINT64_C(0x9e3779b97f4a7c15);
    x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
    return x ^ x >> 31;
}

static uint64_t stream(uint64_t seed, uint64_t kind, uint64_t number)
{
    uint64_t state = seed;
    state = draw(&state) ^ kind;
    state = draw(&state) ^ number;
    return draw(&state);
}

/* 0..bound-1, bound below 2^63. */
static uint64_t below(uint64_t *state, uint64_t bound)
{
    __extension__ typedef unsigned __int128 wide;
    return (uint64_t)((wide)draw(state) * bound >> 64);
}

/* About normal, by the sum of four uniform numbers: standard deviation 37837. */
static int32_t bell(uint64_t *state)
{
    uint64_t x = draw(state);
    return (int32_t)((x & 65535) + (x >> 16 & 65535) + (x >> 32 & 65535) + (x >> 48)) -
           2 * 65535;
}

/* The same of standard deviation 1 and with longer tails. */
static double normal(uint64_t *state)
{
    double sum = 0;
    for (int i = 0; i < 12; i++) sum += (double)(draw(state) >> 11) * 0x1p-53;
    return sum - 6;
}

/* By additions, multiplications and divisions only, which IEEE 754 fixes to the last bit. */
static double fixed_exp(double x)
{
    const double ln2 = 0x1.62e42fefa39efp-1;
    int power = 0;
    double term = 1, sum = 1;
    while (x > ln2 / 2) {
        x -= ln2;
        power++;
    }
    while (x < -ln2 / 2) {
        x += ln2;
        power--;
    }
    for (int i = 1; i < 18; i++) sum += term = term * x / i;
    for (; power > 0; power--) sum *= 2;
    for (; power < 0; power++) sum /= 2;
    return sum;
}

static double fixed_log(double x)
{
    const double ln2 = 0x1.62e42fefa39efp-1;
    double whole = 0;
    while (x > 1.5) {
        x /= 2;
        whole += ln2;
    }
    while (x < 0.75) {
        x *= 2;
        whole -= ln2;
    }
    double s = (x - 1) / (x + 1), power = s, sum = 0;
    for (int i = 1; i < 40; i += 2, power *= s * s) sum += power / i;
    return whole + 2 * sum;
}

/* ---- what is fixed before the first user ----------------------------------------- */

static void set_popularity(shape_source *s)
{
    uint32_t rank = 0;
    for (uint32_t i = 0; i < s->shape.movies; i++) {
        double weight =
            fixed_exp(-s->shape.skew * fixed_log((i + s->shape.offset) / s->shape.offset));
        s->total += (uint64_t)(weight * 0x1p32) + 1;
        s->popularity[i] = s->total;
    }
    s->bin = s->total / BINS + 1;
    for (uint64_t i = 0; i < BINS; i++) {
        while (rank + 1 < s->shape.movies && s->popularity[rank] <= i * s->bin) rank++;
        s->guide[i] = rank;
    }
}

static void set_movies(shape_source *s)
{
    uint64_t state = stream(s->shape.seed, 1, 0);
    uint32_t id = 0;
    for (uint32_t i = 0; i < s->shape.movies; i++) {
        uint32_t other = (uint32_t)below(&state, i + 1);
        s->movie[i] = s->movie[other];
        s->movie[other] = i;
        s->id[i] = id += 1 + (uint32_t)below(&state, 9);
        for (int t = 0; t < TRAITS; t++) s->traits[i][t] = (int8_t)(bell(&state) * 55 / 65536);
        s->liking[i] = (int8_t)(bell(&state) * 28 / 65536);
    }
    for (int i = 0; i < TASTES; i++) {
        int at = (i - TASTES / 2) * TASTE_STEP;
        double d = (double)at / UNIT;
        s->taste[i] = (uint32_t)(0x1p32 / (1 + fixed_exp(-0.8 * d)));
    }
}

/* Each movie gets one user who is to rate it, whatever else happens. */
static int set_first(shape_source *s)
{
    uint64_t state = stream(s->shape.seed, 2, 0);
    uint32_t *user = malloc(s->shape.movies * sizeof *user);
    if (user == NULL) return 0;
    for (uint32_t i = 0; i < s->shape.movies; i++) {
        user[i] = (uint32_t)below(&state, s->shape.users);
        s->first_from[user[i] + 1]++;
    }
    for (uint32_t u = 0; u < s->shape.users; u++) s->first_from[u + 1] += s->first_from[u];
    for (uint32_t i = s->shape.movies; i-- > 0;) /* fills from the end, then moves back */
        s->first[--s->first_from[user[i] + 1]] = i;
    for (uint32_t u = 0; u < s->shape.users; u++) s->first_from[u] = s->first_from[u + 1];
    s->first_from[s->shape.users] = s->shape.movies;
    free(user);
    return 1;
}

shape_source *shape_open(const shape *preset)
{
    shape_source *s = calloc(1, sizeof *s);
    size_t movies = preset->movies;
    if (s == NULL) return NULL;
    s->shape = *preset;
    s->popularity = malloc(movies * sizeof *s->popularity);
    s->guide = malloc(BINS * sizeof *s->guide);
    s->movie = malloc(movies * sizeof *s->movie);
    s->id = malloc(movies * sizeof *s->id);
    s->traits = malloc(movies * sizeof *s->traits);
    s->liking = malloc(movies);
    s->seen = calloc(movies, sizeof *s->seen);
    s->first_from = calloc((size_t)preset->users + 1, sizeof *s->first_from);
    s->first = malloc(movies * sizeof *s->first);
    s->list = malloc(movies * sizeof *s->list);
    if (s->popularity == NULL || s->guide == NULL || s->movie == NULL || s->id == NULL ||
        s->traits == NULL || s->liking == NULL || s->seen == NULL || s->first_from == NULL ||
        s->first == NULL || s->list == NULL || !set_first(s)) {
        shape_close(s);
        return NULL;
    }
    set_popularity(s);
    set_movies(s);
    return s;
}

void shape_close(shape_source *s)
{
    if (s == NULL) return;
    void *arrays[] = {s->popularity, s->guide, s->movie,      s->id,    s->traits,
                      s->liking,     s->seen,  s->first_from, s->first, s->list};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
    free(s);
}

uint32_t shape_movie_id(const shape_source *s, uint32_t movie)
{
    return s->id[movie];
}

/* ---- titles and genres ----------------------------------------------------------- */

static void add_word(uint64_t *state, char *text, size_t size)
{
    static const char *const part[] = {"an", "bel", "cor", "da",  "el", "far", "gi", "hol",
                                       "in", "jo",  "ka",  "lem", "mo", "ner", "os", "pra"};
    size_t length = strlen(text);
    /* The product of two draws is small more often: some words come again and again. */
    uint64_t word = below(state, 1 + below(state, 4096));
    snprintf(text + length, size - length, "%s%s%s%s", length > 0 ? " " : "", part[word % 16],
             part[word / 16 % 16], part[word / 256 % 16]);
}

void shape_movie_line(const shape_source *s, uint32_t movie, char *line, size_t size)
{
    static const char *const genre[TRAITS][2] = {
        {"Action", "Romance"}, {"Comedy", "Drama"},     {"Children", "Horror"},
        {"Sci-Fi", "War"},     {"Musical", "Thriller"}, {"Fantasy", "Documentary"},
    };
    enum { CLEAR = 40 };
    char title[64] = "", genres[96] = "";
    uint64_t state = stream(s->shape.seed, 4, movie), words = 1 + below(&state, 3);
    for (uint64_t i = 0; i < words; i++) add_word(&state, title, sizeof title);
    for (int t = 0; t < TRAITS; t++) {
        int8_t trait = s->traits[movie][t];
        size_t length = strlen(genres);
        if (trait > -CLEAR && trait < CLEAR) continue;
        snprintf(genres + length, sizeof genres - length, "%s%s", length > 0 ? "|" : "",
                 genre[t][trait < 0]);
    }
    snprintf(line, size, "%u,%s (%u),%s\n", s->id[movie], title,
             1930 + (uint32_t)below(&state, 85), genres[0] ? genres : "(no genres listed)");
}

/* ---- users ----------------------------------------------------------------------- */

typedef struct person {
    uint64_t state;
    int8_t traits[TRAITS];
    int32_t kindness;    /* 1/64 half stars */
    uint64_t from, span; /* of times */
} person;

static person make_person(const shape_source *s)
{
    person p = {.state = stream(s->shape.seed, 3, s->user)};
    for (int t = 0; t < TRAITS; t++) p.traits[t] = (int8_t)(bell(&p.state) * 55 / 65536);
    p.kindness = bell(&p.state) * 89 / 65536;
    p.from = below(&p.state, TIMES);
    p.span = below(&p.state, 10) < 7 ? DAY : 5 * (uint64_t)YEAR;
    return p;
}

static size_t wanted(const shape_source *s, person *p)
{
    uint32_t third = s->shape.movies / 3;
    double spread = s->shape.spread, most = third;
    double more = fixed_exp(fixed_log(s->shape.mean - 20) - spread * spread / 2 +
                            spread * normal(&p->state));
    return (size_t)(20 + more < most ? 20 + more : most);
}

static uint32_t draw_movie(const shape_source *s, person *p)
{
    uint64_t at = below(&p->state, s->total);
    uint32_t rank = s->guide[at / s->bin];
    while (s->popularity[rank] <= at) rank++;
    return s->movie[rank];
}

/* How much a person likes a movie; UNIT is a standard deviation of one trait's part. */
static int32_t match(const shape_source *s, const person *p, uint32_t movie)
{
    int32_t sum = 0;
    for (int t = 0; t < TRAITS; t++) sum += p->traits[t] * s->traits[movie][t];
    return sum;
}

static int is_kept(const shape_source *s, person *p, int32_t liked)
{
    int32_t at = liked / TASTE_STEP + TASTES / 2;
    at = at < 0 ? 0 : at >= TASTES ? TASTES - 1 : at;
    return (draw(&p->state) >> 32) < s->taste[at];
}

static shape_rating rate(shape_source *s, person *p, uint32_t movie, int32_t liked)
{
    int32_t noise = bell(&p->state) * 133 / 65536;
    int32_t fine = 7 * 64 + p->kindness + 4 * s->liking[movie] + liked / 32 + noise;
    int32_t half = (fine + 32) / 64;
    uint64_t time = p->from + below(&p->state, p->span);
    s->seen[movie] = s->user + 1;
    return (shape_rating){movie, FIRST_TIME + (uint32_t)(time < TIMES ? time : TIMES),
                          (uint32_t)(half < 1    ? 1
                                     : half > 10 ? 10
                                                 : half)};
}

static int by_movie(const void *a, const void *b)
{
    uint32_t x = ((const shape_rating *)a)->movie, y = ((const shape_rating *)b)->movie;
    return (x > y) - (x < y);
}

size_t shape_next(shape_source *s, const shape_rating **list)
{
    enum { PATIENCE = 60 };
    if (s->user == s->shape.users) return 0;
    person p = make_person(s);
    size_t want = wanted(s, &p), count = 0;
    for (uint32_t i = s->first_from[s->user]; i < s->first_from[s->user + 1]; i++) {
        uint32_t movie = s->first[i];
        s->list[count++] = rate(s, &p, movie, match(s, &p, movie));
    }
    for (size_t tries = 0; count < want && tries < PATIENCE * want; tries++) {
        uint32_t movie = draw_movie(s, &p);
        if (s->seen[movie] == s->user + 1) continue;
        int32_t liked = match(s, &p, movie);
        if (is_kept(s, &p, liked)) s->list[count++] = rate(s, &p, movie, liked);
    }
    qsort(s->list, count, sizeof *s->list, by_movie);
    s->user++;
    *list = s->list;
    return count;
}
