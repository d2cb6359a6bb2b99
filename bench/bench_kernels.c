/* The inner loops alone, each against its scalar reference, on generated ratings.
 *
 *     bench_kernels [--preset 1M] [--json]
 *
 * Lanes: 64 users as a table against the lists of all lighter users; `heavy` are the 64 most
 * active users, `middle` 64 from the middle. Counts: who of the 512 most active users has
 * enough in common with a list. A row is all lanes of one movie, a co-rating one movie that two
 * users rated. Accumulator: one user's movies against everybody's ratings of them. Times are
 * the best of several. Cycles are of the processor's real clock, measured by a chain of
 * additions; instructions are counted by stepping through a few visits. `limit` is the least
 * time that the vector instructions of a row can take here: all of them, the shuffles alone or
 * the products alone, whichever is most, at the rates measured in the same run. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/limits.h"
#include "common/measure.h"
#include "common/shape.h"
#include "common/steps.h"
#include "kernels/packed.h"

enum { TRIES = 5, SAMPLE = 200 };
static const char *const depth_name[RS_LANE_DEPTHS] = {"dots", "squares", "means"};

/* ---- the data -------------------------------------------------------------------- */

typedef struct data {
    size_t users, movies;
    uint64_t *user_ptr, *movie_ptr; /* of rows by activity, of columns by popularity */
    uint32_t *user_movie, *movie_user;
    uint8_t *user_half, *movie_half; /* user_*: each list padded to whole steps */
} data;

typedef struct sized {
    size_t size, number;
} sized;

static int by_size(const void *a, const void *b)
{
    const sized *x = a, *y = b;
    if (x->size != y->size) return x->size < y->size ? 1 : -1;
    return (x->number > y->number) - (x->number < y->number);
}

/* Place of each number by falling size. */
static uint32_t *ranks(sized *all, size_t count)
{
    uint32_t *rank = bench_memory(malloc(count * sizeof *rank));
    qsort(all, count, sizeof *all, by_size);
    for (size_t i = 0; i < count; i++) rank[all[i].number] = (uint32_t)i;
    return rank;
}

static void count_sizes(const shape *preset, sized *user, sized *movie)
{
    const shape_rating *list;
    shape_source *source = bench_memory(shape_open(preset));
    for (size_t u = 0; u < preset->users; u++) {
        user[u] = (sized){shape_next(source, &list), u};
        for (size_t i = 0; i < user[u].size; i++) movie[list[i].movie].size++;
    }
    for (size_t m = 0; m < preset->movies; m++) movie[m].number = m;
    shape_close(source);
}

static void make_room(data *d, const sized *user, const sized *movie)
{
    d->user_ptr = bench_memory(calloc(d->users + 1, sizeof *d->user_ptr));
    d->movie_ptr = bench_memory(calloc(d->movies + 1, sizeof *d->movie_ptr));
    for (size_t u = 0; u < d->users; u++)
        d->user_ptr[u + 1] = d->user_ptr[u] + (user[u].size + 3) / 4 * 4;
    for (size_t m = 0; m < d->movies; m++)
        d->movie_ptr[m + 1] = d->movie_ptr[m] + movie[m].size;
    size_t lists = d->user_ptr[d->users] + RS_LANE_AHEAD, columns = d->movie_ptr[d->movies];
    d->user_movie = bench_memory(malloc(lists * sizeof *d->user_movie));
    d->user_half = bench_memory(calloc(lists, 1));
    d->movie_user = bench_memory(malloc(columns * sizeof *d->movie_user));
    d->movie_half = bench_memory(malloc(columns));
    for (size_t i = 0; i < lists; i++) d->user_movie[i] = (uint32_t)d->movies;
}

/* Columns in the order of users' numbers, so that the accumulator meets rows at random. */
static void fill_columns(data *d, const shape *preset, const uint32_t *movie_rank)
{
    const shape_rating *list;
    shape_source *source = bench_memory(shape_open(preset));
    uint64_t *next = bench_memory(malloc(d->movies * sizeof *next));
    memcpy(next, d->movie_ptr, d->movies * sizeof *next);
    for (uint32_t u = 0; u < d->users; u++) {
        size_t count = shape_next(source, &list);
        for (size_t i = 0; i < count; i++) {
            uint64_t at = next[movie_rank[list[i].movie]]++;
            d->movie_user[at] = u;
            d->movie_half[at] = (uint8_t)list[i].half;
        }
    }
    free(next);
    shape_close(source);
}

/* Lists with their movies by falling popularity. */
static void fill_lists(data *d, const uint32_t *user_rank)
{
    uint64_t *next = bench_memory(malloc(d->users * sizeof *next));
    memcpy(next, d->user_ptr, d->users * sizeof *next);
    for (size_t m = 0; m < d->movies; m++)
        for (uint64_t at = d->movie_ptr[m]; at < d->movie_ptr[m + 1]; at++) {
            uint64_t to = next[user_rank[d->movie_user[at]]]++;
            d->user_movie[to] = (uint32_t)m;
            d->user_half[to] = d->movie_half[at];
        }
    free(next);
}

static data make_data(const shape *preset)
{
    data d = {.users = preset->users, .movies = preset->movies};
    sized *user = bench_memory(calloc(d.users, sizeof *user));
    sized *movie = bench_memory(calloc(d.movies, sizeof *movie));
    count_sizes(preset, user, movie);
    uint32_t *user_rank = ranks(user, d.users), *movie_rank = ranks(movie, d.movies);
    make_room(&d, user, movie);
    fill_columns(&d, preset, movie_rank);
    fill_lists(&d, user_rank);
    free(user);
    free(movie);
    free(user_rank);
    free(movie_rank);
    return d;
}

static void free_data(data *d)
{
    void *arrays[] = {d->user_ptr,   d->movie_ptr, d->user_movie,
                      d->movie_user, d->user_half, d->movie_half};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++) free(arrays[i]);
}

static rs_lane_list list_of(const data *d, size_t user)
{
    uint64_t from = d->user_ptr[user];
    return (rs_lane_list){d->user_movie + from, d->user_half + from,
                          (size_t)(d->user_ptr[user + 1] - from)};
}

/* ---- output ---------------------------------------------------------------------- */

typedef struct line {
    const char *kernel, *what, *where;
    double ns_row, ns_corating, cycles_row, ratio; /* ratio: how much faster than scalar */
    double instructions_row, instructions_corating, vector_row, limit_row;
} line;

static int as_json;

static void print_head(void)
{
    if (!as_json)
        printf("%-11s %-8s %-7s %8s %8s %8s %8s %8s %8s %8s %9s\n", "kernel", "sums", "block",
               "ns/row", "cyc/row", "ins/row", "vec/row", "limit", "ns/co-r", "ins/co-r",
               "x scalar");
}

static void print_line(const line *l)
{
    if (as_json)
        printf("{\"kernel\": \"%s\", \"sums\": \"%s\", \"block\": \"%s\", \"ns_row\": %.4f, "
               "\"cycles_row\": %.3f, \"instructions_row\": %.3f, \"vector_row\": %.3f, "
               "\"limit_ns_row\": %.4f, \"ns_corating\": %.5f, "
               "\"instructions_corating\": %.4f, \"times_scalar\": %.3f}\n",
               l->kernel, l->what, l->where, l->ns_row, l->cycles_row, l->instructions_row,
               l->vector_row, l->limit_row, l->ns_corating, l->instructions_corating, l->ratio);
    else
        printf("%-11s %-8s %-7s %8.3f %8.2f %8.2f %8.2f %8.3f %8.4f %8.3f %9.2f\n", l->kernel,
               l->what, l->where, l->ns_row, l->cycles_row, l->instructions_row, l->vector_row,
               l->limit_row, l->ns_corating, l->instructions_corating, l->ratio);
    fflush(stdout);
}

/* ---- lanes ----------------------------------------------------------------------- */

typedef struct visits {
    const data *data;
    const rs_lane_kernel *kernel;
    int depth;
    uint8_t *table;
    size_t first, step, end; /* lists first, first + step, ... below end */
    uint64_t rows, coratings;
    rs_lane_sums sums;
} visits;

static void put_block(visits *v, size_t first, int clear)
{
    for (size_t lane = 0; lane < RS_LANES; lane++) {
        rs_lane_list list = list_of(v->data, first + lane);
        for (size_t i = 0; i < list.count; i++)
            if (list.rating[i] != 0)
                v->table[(size_t)list.row[i] * RS_LANES + v->kernel->place[lane]] =
                    clear ? 0 : list.rating[i];
    }
}

static void visit_all(void *shared)
{
    visits *v = shared;
    for (size_t user = v->first; user < v->end; user += v->step) {
        rs_lane_list list = list_of(v->data, user);
        v->kernel->sums[v->depth](v->table, &list, &v->sums);
    }
}

static void count_work(visits *v)
{
    v->rows = v->coratings = 0;
    for (size_t user = v->first; user < v->end; user += v->step) {
        rs_lane_list list = list_of(v->data, user);
        v->kernel->sums[v->depth](v->table, &list, &v->sums);
        v->rows += list.count;
        for (size_t u = 0; u < RS_LANES; u++) v->coratings += (uint64_t)v->sums.common[u];
    }
}

static double best_time(void (*work)(void *), void *shared)
{
    double best = 0;
    for (int i = 0; i < TRIES; i++) {
        double begin = bench_now();
        work(shared);
        double seconds = bench_now() - begin;
        if (i == 0 || seconds < best) best = seconds;
    }
    return best;
}

static double largest(double a, double b)
{
    return a > b ? a : b;
}

/* Steps through few lists, as each step takes ten microseconds: one for the scalar kernel,
 * which needs hundreds of instructions a row. */
static void add_steps(const visits *all, const limits *limit, line *l)
{
    enum { STEPPED = 5 };
    visits few = *all;
    step_count steps;
    few.step = (few.end - few.first) / STEPPED + 1;
    if (limit->add <= 0) {
        few.first += (few.end - few.first) / 2;
        few.step = few.end;
    }
    count_work(&few);
    if (!count_steps(visit_all, &few, &steps)) return;
    double rows = (double)few.rows;
    l->instructions_row = (double)steps.all / rows;
    l->instructions_corating = (double)steps.all / (double)(few.coratings + 1);
    l->vector_row = (double)steps.vector / rows;
    if (limit->add > 0)
        l->limit_row = largest((double)steps.vector / limit->add,
                               largest((double)steps.shuffle / limit->shuffle,
                                       (double)steps.multiply / limit->multiply)) /
                       rows;
}

static void measure_lanes(const data *d, const char *where, size_t first, uint8_t *table)
{
    const rs_lane_kernel *kernels[RS_LANE_KERNELS];
    size_t count = rs_lane_kernels(kernels);
    double scalar[RS_LANE_DEPTHS] = {0};
    for (size_t k = count; k-- > 0;) {
        limits limit = measure_limits(kernels[k]->name);
        visits v = {.data = d,
                    .kernel = kernels[k],
                    .table = table,
                    .first = first + RS_LANES,
                    .end = d->users};
        v.step = d->users / 6000 + 1;
        put_block(&v, first, 0);
        for (v.depth = 0; v.depth < RS_LANE_DEPTHS; v.depth++) {
            count_work(&v);
            double seconds = best_time(visit_all, &v), rows = (double)v.rows;
            if (k + 1 == count) scalar[v.depth] = seconds;
            line l = {.kernel = kernels[k]->name,
                      .what = depth_name[v.depth],
                      .where = where,
                      .ns_row = seconds * 1e9 / rows,
                      .ns_corating = seconds * 1e9 / (double)v.coratings,
                      .cycles_row = seconds * 1e9 / rows * limit.clock,
                      .ratio = scalar[v.depth] / seconds};
            add_steps(&v, &limit, &l);
            print_line(&l);
        }
        put_block(&v, first, 1);
    }
}

/* ---- counts ---------------------------------------------------------------------- */

typedef struct counting {
    const data *data;
    const rs_lane_kernel *kernel;
    rs_lane_bits *rated;
    rs_lane_needs needs;
    rs_lane_bits enough;
    size_t first, step;
    uint64_t rows;
} counting;

static void count_all(void *shared)
{
    counting *c = shared;
    c->rows = 0;
    for (size_t user = c->first; user < c->data->users; user += c->step) {
        rs_lane_list list = list_of(c->data, user);
        c->kernel->enough(c->rated, &list, &c->needs, &c->enough);
        c->rows += list.count;
    }
}

static void count_line(counting *c, double *scalar, int is_scalar)
{
    limits limit = measure_limits(c->kernel->name);
    double seconds = best_time(count_all, c), rows = (double)c->rows;
    if (is_scalar) *scalar = seconds;
    line l = {.kernel = c->kernel->name,
              .what = "counts",
              .where = "512 lanes",
              .ns_row = seconds * 1e9 / rows,
              .cycles_row = seconds * 1e9 / rows * limit.clock,
              .ratio = *scalar / seconds};
    step_count steps;
    counting few = *c;
    few.first += (c->data->users - c->first) / 2;
    few.step = c->data->users;
    count_all(&few);
    if (count_steps(count_all, &few, &steps)) {
        l.instructions_row = (double)steps.all / (double)few.rows;
        l.vector_row = (double)steps.vector / (double)few.rows;
        if (limit.add > 0) l.limit_row = l.vector_row / limit.add;
    }
    print_line(&l);
}

/* The 512 most active users against the lists of the others, who need 40 in common. */
static void measure_counts(const data *d)
{
    const rs_lane_kernel *kernels[RS_LANE_KERNELS];
    size_t count = rs_lane_kernels(kernels), size = (d->movies + 1) * sizeof(rs_lane_bits);
    double scalar = 0;
    static counting c;
    c = (counting){.data = d, .first = RS_WIDE, .step = 1};
    c.rated = bench_memory(aligned_alloc(sizeof(rs_lane_bits), size));
    memset(c.rated, 0, size);
    for (size_t u = 0; u < RS_WIDE; u++) {
        rs_lane_list list = list_of(d, u);
        for (size_t i = 0; i < list.count; i++)
            if (list.rating[i] != 0) c.rated[list.row[i]].word[u / 64] |= UINT64_C(1) << u % 64;
    }
    c.needs.other = 40;
    for (size_t k = count; k-- > 0;) {
        c.kernel = kernels[k];
        count_line(&c, &scalar, k + 1 == count);
    }
    free(c.rated);
}

/* ---- filter ---------------------------------------------------------------------- */

typedef struct filtering {
    const rs_lane_kernel *kernel;
    rs_lane_sums sums;
    rs_lane_bar bar;
    uint64_t mask;
} filtering;

enum { FILTERS = 100000 };

static void filter_often(void *shared)
{
    filtering *f = shared;
    for (int i = 0; i < FILTERS; i++) {
        f->sums.dot[i % RS_LANES] ^= 1;
        f->mask += f->kernel->filter(&f->sums, &f->bar);
    }
}

static void measure_filter(void)
{
    const rs_lane_kernel *kernels[RS_LANE_KERNELS];
    size_t count = rs_lane_kernels(kernels);
    double scalar = 0;
    static filtering f;
    for (int32_t u = 0; u < RS_LANES; u++) {
        f.sums.common[u] = u % 40;
        f.sums.dot[u] = 40 * (u % 40);
        f.sums.uu[u] = f.sums.vv[u] = 50 * (u % 40);
        f.bar.least[u] = 0.9F;
        f.bar.norm[u] = 0.01F;
    }
    f.bar.least_other = f.bar.norm_other = 0.9F;
    f.bar.min_common = 3;
    f.bar.similarity = RS_CORATED_COSINE;
    for (size_t k = count; k-- > 0;) {
        f.kernel = kernels[k];
        double seconds = best_time(filter_often, &f), ns = seconds * 1e9 / FILTERS;
        if (k + 1 == count) scalar = seconds;
        line l = {.kernel = kernels[k]->name,
                  .what = "filter",
                  .where = "a visit",
                  .ns_row = ns,
                  .ratio = scalar / seconds};
        print_line(&l);
    }
}

/* ---- accumulator ----------------------------------------------------------------- */

typedef struct plain_sums {
    int32_t common, dot, uu, vv;
} plain_sums;

typedef struct queries {
    const data *data;
    uint32_t *dots;
    uint64_t *rest;
    plain_sums *plain;
    size_t user; /* place by activity */
    size_t most; /* columns */
} queries;

static size_t columns_of(const queries *q, const rs_lane_list *list)
{
    size_t count = 0;
    while (count < list->count && count < q->most && list->rating[count] != 0) count++;
    return count;
}

static void add_plain(void *shared)
{
    queries *q = shared;
    const data *d = q->data;
    rs_lane_list list = list_of(d, q->user);
    size_t columns = columns_of(q, &list);
    for (size_t i = 0; i < columns; i++) {
        int32_t v = list.rating[i];
        for (uint64_t at = d->movie_ptr[list.row[i]]; at < d->movie_ptr[list.row[i] + 1];
             at++) {
            plain_sums *sums = &q->plain[d->movie_user[at]];
            int32_t u = d->movie_half[at];
            sums->common++;
            sums->dot += u * v;
            sums->uu += u * u;
            sums->vv += v * v;
        }
    }
}

static void add_packed(const queries *q, int with_rest)
{
    const data *d = q->data;
    rs_lane_list list = list_of(d, q->user);
    size_t columns = columns_of(q, &list);
    for (size_t i = 0; i < columns; i++) {
        uint64_t from = d->movie_ptr[list.row[i]];
        size_t size = (size_t)(d->movie_ptr[list.row[i] + 1] - from);
        uint32_t dots[16] = {0};
        uint64_t rest[16] = {0};
        for (uint32_t half = 0; half <= 10; half++) {
            dots[half] = rs_packed_dot(half, list.rating[i]);
            rest[half] = rs_packed_rest(half, list.rating[i]);
        }
        rs_packed_add_dots(q->dots, d->movie_user + from, d->movie_half + from, size, dots, 11);
        if (with_rest)
            rs_packed_add_rest(q->rest, d->movie_user + from, d->movie_half + from, size, rest);
    }
}

static void add_dots(void *shared)
{
    add_packed(shared, 0);
}

static void add_both(void *shared)
{
    add_packed(shared, 1);
}

static uint64_t coratings_of(const queries *q)
{
    const data *d = q->data;
    uint64_t sum = 0;
    rs_lane_list list = list_of(d, q->user);
    size_t columns = columns_of(q, &list);
    for (size_t i = 0; i < columns; i++)
        sum += d->movie_ptr[list.row[i] + 1] - d->movie_ptr[list.row[i]];
    return sum;
}

static void measure_accumulator(const data *d)
{
    static const struct {
        const char *kernel, *what;
        void (*work)(void *);
    } ways[] = {{"plain", "4 sums", add_plain},
                {"packed", "2 sums", add_dots},
                {"packed", "6 sums", add_both}};
    queries q = {.data = d,
                 .dots = bench_memory(calloc(d->users, sizeof *q.dots)),
                 .rest = bench_memory(calloc(d->users, sizeof *q.rest)),
                 .plain = bench_memory(calloc(d->users, sizeof *q.plain))};
    double scalar = 0;
    for (size_t way = 0; way < sizeof ways / sizeof *ways; way++) {
        double seconds = 0;
        uint64_t coratings = 0;
        q.most = RS_PACKED_MOST;
        for (size_t i = 0; i < SAMPLE; i++) {
            q.user = i * d->users / SAMPLE;
            seconds += best_time(ways[way].work, &q);
            coratings += coratings_of(&q);
        }
        if (way == 0) scalar = seconds;
        line l = {.kernel = ways[way].kernel,
                  .what = ways[way].what,
                  .where = "query",
                  .ns_corating = seconds * 1e9 / (double)coratings,
                  .ratio = scalar / seconds};
        step_count steps;
        q.most = 1;
        if (count_steps(ways[way].work, &q, &steps))
            l.instructions_corating = (double)steps.all / (double)coratings_of(&q);
        print_line(&l);
    }
    free(q.dots);
    free(q.rest);
    free(q.plain);
}

int main(int argc, char **argv)
{
    shape preset;
    if (argc < 1 || !shape_preset(bench_option(argv, "preset", "1M"), &preset)) {
        fprintf(stderr, "usage: bench_kernels [--preset 100k|1M|10M|20M] [--json]\n");
        return 2;
    }
    as_json = bench_flag(argv, "json");
    data d = make_data(&preset);
    uint8_t *table = bench_memory(aligned_alloc(RS_LANES, (d.movies + 1) * RS_LANES));
    memset(table, 0, (d.movies + 1) * RS_LANES);
    print_head();
    measure_lanes(&d, "heavy", 0, table);
    measure_lanes(&d, "middle", d.users / 2 / RS_LANES * RS_LANES, table);
    measure_counts(&d);
    measure_filter();
    measure_accumulator(&d);
    const char *isa = rs_lane_kernel_named(NULL)->name;
    limits l = measure_limits(isa);
    if (as_json)
        printf(
            "{\"limits_of\": \"%s\", \"ghz\": %.3f, \"adds_ns\": %.3f, \"shuffles_ns\": %.3f, "
            "\"products_ns\": %.3f, \"copy_gb_s\": %.2f}\n",
            isa, l.clock, l.add, l.shuffle, l.multiply, measure_copy());
    else
        printf("machine: %.2f GHz; %s a cycle: %.2f additions, %.2f shuffles, %.2f products; "
               "memcpy %.1f GB/s\n",
               l.clock, isa, l.add / l.clock, l.shuffle / l.clock, l.multiply / l.clock,
               measure_copy());
    free(table);
    free_data(&d);
    return 0;
}
