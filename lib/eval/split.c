#include "eval/split.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/ratings.h"

/* A rating of one user and its place in the draw. */
typedef struct draw {
    uint64_t hash;
    uint64_t at; /* CSR entry */
} draw;

typedef struct splitter {
    const recsys_ratings *ratings;
    recsys_runtime *runtime;
    uint64_t seed;
    double ratio;
    uint8_t *test; /* [count] 1: this rating goes to the test side */
    uint64_t test_count;
} splitter;

/* An id's text decides, not its number or form: those depend on what else is in the data. */
static uint64_t id_hash(const rs_ids *ids, size_t i, uint64_t seed)
{
    char digits[24];
    rs_id_text text = rs_ids_at(ids, i, digits);
    return rs_hash64(text.data, text.size, seed);
}

/* ---- user-random:RATIO ----------------------------------------------------------- */

size_t rs_split_user_share(double ratio, size_t n)
{
    return n < 2 ? 0 : (size_t)floor(ratio * (double)n + 0.5);
}

static int comes_later(const draw *a, const draw *b)
{
    return a->hash != b->hash ? a->hash > b->hash : a->at > b->at;
}

/* Let the draw at `root` of a heap (latest on top) sink to its place. */
static void sink(draw *heap, size_t size, size_t root)
{
    draw moving = heap[root];
    for (size_t child; (child = 2 * root + 1) < size; root = child) {
        if (child + 1 < size && comes_later(&heap[child + 1], &heap[child])) child++;
        if (!comes_later(&heap[child], &moving)) break;
        heap[root] = heap[child];
    }
    heap[root] = moving;
}

/* Bring the `take` earliest draws to the front, in no order. */
static void choose_earliest(draw *draws, size_t count, size_t take)
{
    if (take == 0 || take >= count) return;
    for (size_t root = take / 2; root-- > 0;) sink(draws, take, root);
    for (size_t i = take; i < count; i++) {
        if (!comes_later(&draws[0], &draws[i])) continue;
        draw swap = draws[0];
        draws[0] = draws[i];
        draws[i] = swap;
        sink(draws, take, 0);
    }
}

static size_t largest_row(const rs_matrix *m)
{
    uint64_t largest = 0;
    for (size_t user = 0; user < m->users; user++) {
        uint64_t row = m->user_ptr[user + 1] - m->user_ptr[user];
        if (row > largest) largest = row;
    }
    return (size_t)largest;
}

static void draw_user(splitter *s, size_t user, draw *draws)
{
    const rs_matrix *m = &s->ratings->matrix;
    uint64_t first = m->user_ptr[user];
    size_t n = (size_t)(m->user_ptr[user + 1] - first);
    size_t take = rs_split_user_share(s->ratio, n);
    if (take == 0) return;
    uint64_t seed = id_hash(&s->ratings->users, user, s->seed);
    for (size_t j = 0; j < n; j++) {
        draws[j].hash = id_hash(&s->ratings->movies, m->user_movie[first + j], seed);
        draws[j].at = first + j;
    }
    choose_earliest(draws, n, take);
    for (size_t j = 0; j < take; j++) s->test[draws[j].at] = 1;
    s->test_count += take;
}

static recsys_status split_user_random(splitter *s, recsys_error *err)
{
    const rs_matrix *m = &s->ratings->matrix;
    draw *draws = rs_array(s->runtime, largest_row(m), sizeof *draws);
    if (draws == NULL) return rs_fail_memory(err, "recsys_split");
    for (size_t user = 0; user < m->users; user++) draw_user(s, user, draws);
    rs_free(s->runtime, draws);
    return RECSYS_OK;
}

/* ---- how ------------------------------------------------------------------------- */

static recsys_status parse_how(splitter *s, const char *how, recsys_error *err)
{
    static const char prefix[] = "user-random:";
    const size_t length = sizeof prefix - 1;
    if (how == NULL) how = "";
    if (strncmp(how, prefix, length) == 0 &&
        rs_parse_real(how + length, strlen(how + length), &s->ratio) && s->ratio > 0 &&
        s->ratio < 1)
        return RECSYS_OK;
    return rs_fail(err, RECSYS_E_INVALID,
                   "recsys_split: \"%s\" is not a split; known: user-random:RATIO with a ratio "
                   "between 0 and 1, such as user-random:0.2",
                   how);
}

static recsys_status check_sides(const splitter *s, const char *how, recsys_error *err)
{
    const rs_matrix *m = &s->ratings->matrix;
    if (s->test_count == 0)
        return rs_fail(
            err, RECSYS_E_EMPTY,
            "recsys_split: the test side of %s is empty: the most active of %zu users "
            "has %zu ratings, of which the split takes none",
            how, m->users, largest_row(m));
    if (s->test_count == m->count)
        return rs_fail(err, RECSYS_E_EMPTY,
                       "recsys_split: the train side of %s is empty: the split takes all %zu "
                       "ratings of %zu users",
                       how, (size_t)m->count, m->users);
    return RECSYS_OK;
}

recsys_status rs_split(recsys_ratings **train, recsys_ratings **test,
                       const recsys_ratings *ratings, const char *how, uint64_t seed,
                       recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    recsys_ratings *train_side = NULL, *test_side = NULL;
    splitter s = {.ratings = ratings, .runtime = ratings->runtime, .seed = seed};
    size_t count = (size_t)ratings->matrix.count;
    RS_TRY(parse_how(&s, how, err));
    s.test = rs_array_zero(s.runtime, count, 1);
    RS_TRY(s.test == NULL ? rs_fail_memory(err, "recsys_split") : RECSYS_OK);
    RS_TRY(split_user_random(&s, err));
    RS_TRY(check_sides(&s, how, err));
    RS_TRY(rs_ratings_subset(&test_side, ratings, s.test, err));
    for (size_t at = 0; at < count; at++) s.test[at] = !s.test[at];
    RS_TRY(rs_ratings_subset(&train_side, ratings, s.test, err));
    *test = test_side;
    *train = train_side;
    test_side = NULL;
out:
    rs_ratings_release(test_side);
    rs_free(s.runtime, s.test);
    return status;
}
