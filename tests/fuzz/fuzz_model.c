/* Model files of any bytes. Invariant: a model that opens can be asked everything; a list never
 * has more items than asked for, none of them twice, and each can be explained. So can what an
 * update makes of it.
 *
 * The mutator knows the container: it changes one section at a time and mends sizes, offsets,
 * checksums and hash, so that mutations get past the header. It begins with a small model of
 * its own beside the corpus. */
#include <math.h>
#include <recsys/recsys.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "base/hash.h"
#include "base/memory.h"
#include "modelfile/model.h"

size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { TABLE = 80, ROW = 48, MOST_PARTS = 96, RANKS = 4, LIMIT = 5, USERS = 6, MOVIES = 5 };

static void must(int holds)
{
    if (!holds) abort();
}

/* ---- a model to begin with ------------------------------------------------------- */

static uint8_t *first_model;
static size_t first_size;

static int give_row(void *user_data, recsys_row *row)
{
    static const char *const users[USERS] = {"ann", "bob", "cy", "dee", "eve", "fay"};
    static const char *const movies[MOVIES] = {"1", "2", "3", "5", "8"};
    size_t *at = user_data;
    if (*at == USERS * MOVIES) return 0;
    size_t user = *at / MOVIES, movie = *at % MOVIES;
    ++*at;
    row->user = users[user];
    row->movie = movies[movie];
    row->rating = (user + movie) % 5 == 4 ? NAN : (float)(1 + (user * movie) % 5);
    row->timestamp = (int64_t)(1000 + user * 10 + movie);
    return 1;
}

static recsys_catalogue *read_catalogue(void)
{
    static const char text[] = "movieId,title,genres\n1,One (1991),War|Drama\n2,Two,Drama\n"
                               "3,Third man (1949),Drama\n9,Nobody's film,War\n";
    char path[] = "/tmp/fuzz-model-XXXXXX";
    recsys_catalogue *catalogue = NULL;
    int file = mkstemp(path);
    must(file >= 0 && write(file, text, sizeof text - 1) == (ssize_t)sizeof text - 1);
    close(file);
    must(recsys_catalogue_read(&catalogue, NULL, path, NULL, NULL) == RECSYS_OK);
    unlink(path);
    return catalogue;
}

/* So that it has every section. */
static const char *const options[][2] = {
    {"model.collaborative_filtering.min_common_items", "1"},
    {"model.collaborative_filtering.n_neighbors", "2"},
    {"model.collaborative_filtering.neighborhood", "both"},
    {"model.item_cf.enabled", "true"},
    {"model.rp3beta.enabled", "true"},
    {"model.ials.enabled", "true"},
    {"model.ials.factors", "2"},
    {"model.ratings.half_life", "30"},
    {"model.popularity.half_life", "30"},
};

static recsys_model *fit_first(void)
{
    size_t at = 0;
    recsys_ratings *ratings = NULL;
    recsys_config *config = NULL;
    recsys_model *model = NULL;
    recsys_catalogue *catalogue = read_catalogue();
    must(recsys_ratings_from_rows(&ratings, NULL, give_row, &at, NULL) == RECSYS_OK);
    must(recsys_config_create(&config, NULL, NULL) == RECSYS_OK);
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        must(recsys_config_set(config, options[i][0], options[i][1], NULL) == RECSYS_OK);
    must(recsys_model_fit(&model, NULL, ratings, catalogue, config, NULL, NULL) == RECSYS_OK);
    recsys_config_destroy(config);
    recsys_catalogue_destroy(catalogue);
    recsys_ratings_destroy(ratings);
    return model;
}

/* ---- taking a container apart and putting it together ---------------------------- */

typedef struct part {
    char name[RS_PART_NAME];
    uint32_t flags;
    uint8_t *data; /* room bytes of its own */
    size_t size, room;
} part;

typedef struct container {
    size_t count;
    part parts[MOST_PARTS];
} container;

/* Offset and size of row i, cut to what is there. */
static void clamp(const uint8_t *data, size_t size, size_t i, uint64_t *offset, uint64_t *bytes)
{
    memcpy(offset, data + TABLE + i * ROW + 24, 8);
    memcpy(bytes, data + TABLE + i * ROW + 32, 8);
    if (*offset > size) *offset = size;
    if (*bytes > size - *offset) *bytes = size - *offset;
}

static void take_apart(container *c, const uint8_t *data, size_t size, size_t spare)
{
    uint64_t count, offset, bytes;
    memcpy(&count, data + 64, 8);
    c->count = 0;
    for (size_t i = 0; i < count && i < MOST_PARTS && TABLE + (i + 1) * ROW <= size; i++) {
        part *p = &c->parts[c->count++];
        clamp(data, size, i, &offset, &bytes);
        memcpy(p->name, data + TABLE + i * ROW, sizeof p->name);
        memcpy(&p->flags, data + TABLE + i * ROW + 44, 4);
        p->size = (size_t)bytes;
        p->room = p->size + spare;
        p->data = malloc(p->room);
        must(p->data != NULL);
        memcpy(p->data, data + offset, p->size);
    }
}

static void release(container *c)
{
    for (size_t i = 0; i < c->count; i++) free(c->parts[i].data);
}

static size_t aligned(size_t size)
{
    return (size + 63) / 64 * 64;
}

/* Write the container with everything right around the parts; 0 if it does not fit. */
static size_t put_together(const container *c, uint8_t *data, size_t max_size)
{
    static const uint8_t head[24] = "recsys\r\nmodel\0\0\0\4\3\2\1\1\0\0";
    size_t size = aligned(TABLE + c->count * ROW);
    for (size_t i = 0; i < c->count; i++) size += aligned(c->parts[i].size);
    if (size > max_size) return 0;
    memset(data, 0, size);
    memcpy(data, head, sizeof head);
    memcpy(data + 24, &size, 8);
    memcpy(data + 64, &c->count, 8);
    size_t offset = aligned(TABLE + c->count * ROW);
    for (size_t i = 0; i < c->count; i++) {
        const part *p = &c->parts[i];
        uint8_t *row = data + TABLE + i * ROW;
        uint32_t sum = (uint32_t)crc32(0, p->data, (uInt)p->size);
        memcpy(row, p->name, sizeof p->name);
        memcpy(row + 24, &offset, 8);
        memcpy(row + 32, &p->size, 8);
        memcpy(row + 40, &sum, 4);
        memcpy(row + 44, &p->flags, 4);
        memcpy(data + offset, p->data, p->size);
        offset += aligned(p->size);
    }
    uint32_t sum = (uint32_t)crc32(0, data + TABLE, (uInt)(c->count * ROW));
    memcpy(data + 72, &sum, 4);
    rs_sha256 sha;
    rs_sha256_begin(&sha);
    rs_sha256_add(&sha, data + 64, size - 64);
    rs_sha256_end(&sha, data + 32);
    return size;
}

static int is_table(const char *name)
{
    for (size_t s = 0; s < RS_SOURCES; s++) {
        char table[RS_PART_NAME];
        rs_fusion_part(table, s);
        if (strcmp(name, table) == 0) return 1;
    }
    return 0;
}

/* The long tables of a real model would hide the rest: cut them to RANKS ranks. */
static void shorten_fusion(container *c)
{
    uint64_t ranks = RANKS;
    for (size_t i = 0; i < c->count; i++) {
        part *p = &c->parts[i];
        if (strcmp(p->name, "fusion.head") == 0) memcpy(p->data, &ranks, 8);
        if (is_table(p->name)) p->size = (RANKS + 1) * 8;
    }
}

static void must_open(const uint8_t *data, size_t size)
{
    recsys_runtime *runtime = NULL;
    recsys_model *model = NULL;
    must(recsys_runtime_create(&runtime, NULL, NULL) == RECSYS_OK);
    rs_bytes bytes = {.runtime = runtime, .size = size};
    bytes.heap = rs_array_copy(runtime, data, size, 1);
    bytes.data = bytes.heap;
    must(rs_model_from_bytes(&model, &bytes, NULL) == RECSYS_OK);
    recsys_model_destroy(model);
    recsys_runtime_destroy(runtime);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    static container c;
    recsys_model *model = fit_first();
    for (c.count = 0; c.count < model->parts.count; c.count++) {
        const rs_part *from = &model->parts.parts[c.count];
        part *to = &c.parts[c.count];
        memcpy(to->name, from->name, sizeof to->name);
        to->flags = (uint32_t)from->required;
        to->size = to->room = from->size;
        to->data = malloc(from->size + 1);
        must(to->data != NULL);
        memcpy(to->data, from->data, from->size);
    }
    recsys_model_destroy(model);
    shorten_fusion(&c);
    first_model = malloc(1 << 20);
    must(first_model != NULL);
    first_size = put_together(&c, first_model, 1 << 20);
    must(first_size > 0);
    release(&c);
    must_open(first_model, first_size);
    return 0;
}

/* ---- mutating -------------------------------------------------------------------- */

static uint32_t draw(uint32_t *state)
{
    *state = *state * 1664525 + 1013904223;
    return *state >> 8;
}

/* A number of the part becomes another that is often at some edge. */
static void change_number(part *p, uint32_t *state)
{
    static const uint64_t odd[] = {
        0,          1,          2,          3,
        4,          5,          6,          7,
        0x7f,       0xff,       UINT32_MAX, UINT64_MAX,
        0x7fc00000, 0x3f800000, 0xbf800000, UINT64_C(0x7ff8000000000000)};
    size_t width = (size_t)1 << draw(state) % 4;
    if (p->size < width) return;
    size_t at = draw(state) % (p->size / width) * width;
    uint64_t value = odd[draw(state) % (sizeof odd / sizeof *odd)];
    if (draw(state) % 4 == 0) {
        uint64_t old = 0;
        memcpy(&old, p->data + at, width);
        value = draw(state) % 2 ? old + 1 : old - 1;
    }
    memcpy(p->data + at, &value, width);
}

static void mutate_part(part *p, uint32_t *state)
{
    switch (draw(state) % 4) {
    case 0: /* any change of any length */
        p->size = LLVMFuzzerMutate(p->data, p->size, p->room);
        break;
    case 1: { /* any change that keeps the length */
        size_t size = LLVMFuzzerMutate(p->data, p->size, p->size > 0 ? p->size : 1);
        if (size < p->size) memset(p->data + size, 0, p->size - size);
        break;
    }
    default: change_number(p, state);
    }
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned seed)
{
    enum { SPARE = 64 };
    static container c;
    uint32_t state = seed;
    if (size < TABLE && first_size <= max_size) {
        memcpy(data, first_model, first_size);
        size = first_size;
    }
    if (size < TABLE || draw(&state) % 64 == 0) /* bare bytes now and then */
        return LLVMFuzzerMutate(data, size, max_size);
    take_apart(&c, data, size, SPARE);
    for (size_t n = 1 + draw(&state) % 3; n > 0 && c.count > 0; n--)
        mutate_part(&c.parts[draw(&state) % c.count], &state);
    size_t made = put_together(&c, data, max_size);
    release(&c);
    return made > 0 ? made : LLVMFuzzerMutate(data, size, max_size);
}

/* ---- asking ---------------------------------------------------------------------- */

typedef struct sums {
    double share;
    size_t bytes, lists;
} sums;

static int take_reason(void *user_data, const recsys_reason *reason)
{
    sums *s = user_data;
    s->share += reason->share;
    for (size_t i = 0; i < reason->shared_count; i++) s->bytes += strlen(reason->shared[i]);
    if (reason->user_id != NULL) s->bytes += strlen(reason->user_id);
    if (reason->movie_id != NULL) s->bytes += strlen(reason->movie_id);
    return 0;
}

static void check_list(const recsys_result *list, size_t limit)
{
    must(recsys_result_size(list) <= limit);
    for (size_t i = 0; i < recsys_result_size(list); i++) {
        must(recsys_result_item(list, i) != NULL);
        for (size_t k = 0; k < i; k++)
            must(recsys_result_movie(list, i) != recsys_result_movie(list, k));
    }
}

static void explain(const recsys_result *list)
{
    for (size_t i = 0; i < recsys_result_size(list); i++) {
        sums s = {0};
        must(recsys_result_explain(list, i, take_reason, &s, NULL) == RECSYS_OK);
    }
}

static int take_list(void *user_data, const char *user_id, const recsys_result *list)
{
    sums *s = user_data;
    s->lists++;
    s->bytes += strlen(user_id);
    check_list(list, LIMIT);
    return 0;
}

/* What the model has of everything, so that its bytes are read. */
static void read_movies(const recsys_model *model, recsys_context *context)
{
    const recsys_result *list = NULL;
    size_t found[LIMIT], count = 0;
    double value;
    must(recsys_model_stat(model, "most_raters", &value, NULL) == RECSYS_OK);
    must(recsys_model_search(model, "third man", LIMIT, found, &count, NULL) == RECSYS_OK);
    must(count <= LIMIT);
    for (size_t i = 0; i < recsys_model_movies(model) && i < 64; i++) {
        char id[4200];
        recsys_movie movie = RECSYS_MOVIE_INIT;
        must(recsys_model_movie(model, i, &movie, NULL, NULL) == RECSYS_OK);
        must(strlen(movie.title) + strlen(movie.tags) + strlen(movie.tmdb_id) < SIZE_MAX);
        must(recsys_model_movie_id(model, i, id, sizeof id) < sizeof id);
        must(recsys_model_find_movie(model, id) == i);
        must(recsys_similar(&list, context, id, LIMIT, NULL) == RECSYS_OK);
        must(recsys_result_size(list) <= LIMIT); /* a movie twice is for validate to see */
    }
}

static void ask(const recsys_model *model)
{
    recsys_context *context = NULL;
    recsys_query *query = NULL;
    const recsys_result *list = NULL;
    sums all = {0};
    char id[4200];
    must(recsys_context_create(&context, model, NULL) == RECSYS_OK);
    must(recsys_query_create(&query, NULL, NULL) == RECSYS_OK);
    must(recsys_query_set_limit(query, LIMIT, NULL) == RECSYS_OK);
    must(recsys_recommend_all(model, query, take_list, &all, NULL, NULL) == RECSYS_OK);
    must(all.lists == recsys_model_users(model));
    if (recsys_model_user_id(model, 0, id, sizeof id) > 0)
        must(recsys_query_set_user(query, id, NULL) == RECSYS_OK);
    for (int live = 0; live < 2; live++) {
        must(recsys_recommend(&list, context, query, NULL) == RECSYS_OK);
        check_list(list, LIMIT);
        explain(list);
        must(recsys_query_add_rating(query, "1", 5, 0, NULL) == RECSYS_OK);
        must(recsys_query_add_rating(query, "3", 1, 0, NULL) == RECSYS_OK);
    }
    must(recsys_query_set_option(query, "model.hybrid.fusion", "learned", NULL) == RECSYS_OK);
    recsys_status status = recsys_recommend(&list, context, query, NULL);
    must(status == RECSYS_OK || status == RECSYS_E_CONFIG); /* the model has no ranker */
    if (status == RECSYS_OK) {
        check_list(list, LIMIT);
        explain(list);
    }
    read_movies(model, context);
    recsys_query_destroy(query);
    recsys_context_destroy(context);
}

static int give_newer(void *user_data, recsys_row *row)
{
    int *at = user_data;
    if (*at == 2) return 0;
    row->user = *at == 0 ? "ann" : "gus";
    row->movie = *at == 0 ? "8" : "13";
    row->rating = 4;
    row->timestamp = 2000;
    ++*at;
    return 1;
}

/* Ratings beyond what floats can hold a step of are refused, and so is a matrix of them that
 * cannot be inverted. */
static void update(const recsys_model *model)
{
    int at = 0;
    recsys_ratings *ratings = NULL;
    recsys_model *next = NULL;
    must(recsys_ratings_from_rows(&ratings, NULL, give_newer, &at, NULL) == RECSYS_OK);
    recsys_status status =
        recsys_model_update(&next, model, ratings, NULL, RECSYS_UPDATE_KEEP, NULL, NULL, NULL);
    must(status == RECSYS_OK || status == RECSYS_E_DAMAGED || status == RECSYS_E_INVALID);
    recsys_ratings_destroy(ratings);
    if (status != RECSYS_OK) return;
    must(recsys_model_find_user(next, "gus") != SIZE_MAX);
    ask(next);
    recsys_model_destroy(next);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    recsys_runtime *runtime = NULL;
    recsys_model *model = NULL;
    must(recsys_runtime_create(&runtime, NULL, NULL) == RECSYS_OK);
    must(recsys_runtime_set_threads(runtime, 1, NULL) == RECSYS_OK);
    rs_bytes bytes = {.runtime = runtime, .size = size};
    bytes.heap = rs_array_copy(runtime, data, size, 1);
    bytes.data = bytes.heap;
    if (rs_model_from_bytes(&model, &bytes, NULL) == RECSYS_OK) {
        ask(model);
        update(model);
        (void)!recsys_model_validate(model, RECSYS_VALIDATE_FULL, NULL);
        recsys_model_destroy(model);
    }
    recsys_runtime_destroy(runtime);
    return 0;
}
