#include "eval/split.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/heap.h"
#include "base/memory.h"
#include "base/text.h"
#include "data/ratings.h"

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

static size_t largest_row(const rs_matrix *m)
{
    uint64_t largest = 0;
    for (size_t user = 0; user < m->users; user++) {
        uint64_t row = m->user_ptr[user + 1] - m->user_ptr[user];
        if (row > largest) largest = row;
    }
    return (size_t)largest;
}

/* The ratings whose hashes come first go to the test; `items` has room for any row. */
static void draw_user(splitter *s, size_t user, rs_keyed *items)
{
    const rs_matrix *m = &s->ratings->matrix;
    uint64_t first = m->user_ptr[user], end = m->user_ptr[user + 1];
    rs_heap drawn = {.items = items};
    drawn.most = rs_split_user_share(s->ratio, (size_t)(end - first));
    if (drawn.most == 0) return;
    uint64_t seed = id_hash(&s->ratings->users, user, s->seed);
    for (uint64_t at = first; at < end; at++) {
        uint64_t hash = id_hash(&s->ratings->movies, m->user_movie[at], seed);
        rs_heap_offer(&drawn, (rs_keyed){hash, at});
    }
    for (size_t i = 0; i < drawn.count; i++) s->test[items[i].value] = 1;
    s->test_count += drawn.count;
}

static recsys_status split_user_random(splitter *s, recsys_error *err)
{
    const rs_matrix *m = &s->ratings->matrix;
    rs_keyed *items = rs_array(s->runtime, largest_row(m), sizeof *items);
    if (items == NULL) return rs_fail_memory(err, "recsys_split");
    for (size_t user = 0; user < m->users; user++) draw_user(s, user, items);
    rs_free(s->runtime, items);
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
