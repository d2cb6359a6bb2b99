#include "eval/evidence.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"

static recsys_status no_memory(recsys_error *err)
{
    return rs_fail_memory(err, "recsys_evaluate");
}

/* ---- genres ---------------------------------------------------------------------- */

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* Genres of one movie, ascending and each once, behind those that are there. 0: no memory. */
static int add_genres(rs_evidence *e, size_t movie, rs_id_table *names, const char *text,
                      size_t *capacity)
{
    const char *name;
    size_t size, first = (size_t)e->category_ptr[movie], end = first, kept = first;
    while (rs_list_next(&text, &name, &size)) {
        uint32_t number = rs_id_table_text(names, name, size);
        if (number == RS_NO_ID || !rs_reserve(e->runtime, (void *)&e->category, capacity,
                                              end + 1, sizeof *e->category))
            return 0;
        e->category[end++] = number;
    }
    if (end > first)
        qsort(e->category + first, end - first, sizeof *e->category, compare_numbers);
    for (size_t i = first; i < end; i++)
        if (i == first || e->category[i] != e->category[kept - 1])
            e->category[kept++] = e->category[i];
    e->category_ptr[movie + 1] = kept;
    return 1;
}

/* number[movie]: the catalogue's number of a movie, or UINT32_MAX; NULL: it is the same. */
static recsys_status read_genres(rs_evidence *e, const rs_catalogue *catalogue,
                                 const uint32_t *number, recsys_error *err)
{
    rs_id_table names;
    size_t capacity = 0;
    int fine = 1;
    e->category_ptr = rs_array_zero(e->runtime, e->movies + 1, sizeof *e->category_ptr);
    if (e->category_ptr == NULL) return no_memory(err);
    rs_id_table_begin(&names, e->runtime);
    for (size_t i = 0; i < e->movies && fine; i++) {
        size_t at = number == NULL ? i : number[i];
        e->category_ptr[i + 1] = e->category_ptr[i];
        if (at < catalogue->count)
            fine = add_genres(e, i, &names, rs_column_text(&catalogue->genres, at), &capacity);
    }
    e->categories = names.count;
    rs_id_table_free(&names);
    if (fine && e->categories == 0) { /* a catalogue without genres says nothing */
        rs_free(e->runtime, e->category_ptr);
        e->category_ptr = NULL;
    }
    return fine ? RECSYS_OK : no_memory(err);
}

/* ---- order by raters ------------------------------------------------------------- */

/* `order` holds the movies in the order of equal ones, and as much room again. */
static void note_popular(rs_evidence *e, rs_keyed *order)
{
    for (size_t i = 0; i < e->movies; i++)
        order[i].key = UINT64_MAX - e->raters[order[i].value];
    rs_sort_keyed(order, order + e->movies, e->movies);
    for (size_t i = 0; i < e->movies; i++) e->popular[i] = (uint32_t)order[i].value;
}

/* Numbers rise with ids. */
static recsys_status order_by_number(rs_evidence *e, recsys_error *err)
{
    rs_keyed *order = rs_array(e->runtime, e->movies, 2 * sizeof *order);
    if (order == NULL) return no_memory(err);
    for (size_t i = 0; i < e->movies; i++) order[i].value = i;
    note_popular(e, order);
    rs_free(e->runtime, order);
    return RECSYS_OK;
}

/* ---- of a model ------------------------------------------------------------------ */

static recsys_status note_times(rs_evidence *e, const rs_matrix *test, recsys_error *err)
{
    e->time = rs_array(e->runtime, (size_t)test->count, sizeof *e->time);
    if (e->time == NULL) return no_memory(err);
    for (uint64_t i = 0; i < test->count; i++) e->time[i] = rs_matrix_time(test, i);
    return RECSYS_OK;
}

static recsys_status copy_profiles(rs_evidence *e, const rs_matrix *m, const uint32_t *user_of,
                                   recsys_error *err)
{
    for (size_t user = 0; user < e->users; user++) {
        uint32_t at = user_of[user];
        uint64_t size = at == UINT32_MAX ? 0 : m->user_ptr[at + 1] - m->user_ptr[at];
        e->profile_ptr[user + 1] = e->profile_ptr[user] + size;
    }
    size_t count = (size_t)e->profile_ptr[e->users];
    e->profile_movie = rs_array(e->runtime, count, sizeof *e->profile_movie);
    if (e->profile_movie == NULL) return no_memory(err);
    for (size_t user = 0; user < e->users; user++) {
        uint64_t size = e->profile_ptr[user + 1] - e->profile_ptr[user];
        if (size > 0)
            memcpy(e->profile_movie + e->profile_ptr[user],
                   m->user_movie + m->user_ptr[user_of[user]],
                   (size_t)size * sizeof *e->profile_movie);
    }
    return RECSYS_OK;
}

static recsys_status make_rows(rs_evidence *e, recsys_error *err)
{
    e->raters = rs_array_zero(e->runtime, e->movies, sizeof *e->raters);
    e->popular = rs_array(e->runtime, e->movies, sizeof *e->popular);
    e->profile_ptr = rs_array_zero(e->runtime, e->users + 1, sizeof *e->profile_ptr);
    int fine = e->raters != NULL && e->popular != NULL && e->profile_ptr != NULL;
    return fine ? RECSYS_OK : no_memory(err);
}

recsys_status rs_evidence_of_model(rs_evidence *evidence, const recsys_model *model,
                                   const recsys_ratings *test, const uint32_t *user_of,
                                   recsys_error *err)
{
    recsys_status status;
    size_t known = model->movies.count;
    *evidence = (rs_evidence){.runtime = model->runtime,
                              .users = test->users.count,
                              .movies = known + test->movies.count,
                              .catalogue = known,
                              .train_users = model->users.count};
    RS_TRY(make_rows(evidence, err));
    for (size_t i = 0; i < known; i++) {
        evidence->raters[i] = rs_raters(model, i);
        evidence->rated += evidence->raters[i] > 0;
    }
    RS_TRY(order_by_number(evidence, err));
    RS_TRY(copy_profiles(evidence, &model->ratings, user_of, err));
    RS_TRY(read_genres(evidence, &model->catalogue, NULL, err));
    RS_TRY(note_times(evidence, &test->matrix, err));
out:
    return status;
}

/* ---- of ratings ------------------------------------------------------------------ */

/* The table's number of each id, added where it is new. NULL: out of memory. */
static uint32_t *number_ids(recsys_runtime *runtime, const rs_ids *ids, rs_id_table *table)
{
    char digits[24];
    uint32_t *number = rs_array(runtime, ids->count, sizeof *number);
    if (number == NULL) return NULL;
    for (size_t i = 0; i < ids->count; i++) {
        rs_id_text text = rs_ids_at(ids, i, digits);
        number[i] = rs_id_table_text(table, text.data, text.size);
        if (number[i] != RS_NO_ID) continue;
        rs_free(runtime, number);
        return NULL;
    }
    return number;
}

/* Numbers of what is there: of the training side, and of the catalogue. */
typedef struct numbers {
    uint32_t *train_user, *train_movie, *listed;
} numbers;

static int number_all(numbers *n, recsys_runtime *runtime, const recsys_ratings *train,
                      const rs_catalogue *catalogue, rs_id_table *users, rs_id_table *movies)
{
    if (train != NULL) {
        n->train_user = number_ids(runtime, &train->users, users);
        n->train_movie = number_ids(runtime, &train->movies, movies);
    }
    if (catalogue != NULL) n->listed = number_ids(runtime, &catalogue->ids, movies);
    return (train == NULL || (n->train_user != NULL && n->train_movie != NULL)) &&
           (catalogue == NULL || n->listed != NULL);
}

static recsys_status turn_profiles(rs_evidence *e, const rs_matrix *m, const numbers *n,
                                   recsys_error *err)
{
    for (size_t u = 0; u < m->users; u++)
        e->profile_ptr[n->train_user[u] + 1] = m->user_ptr[u + 1] - m->user_ptr[u];
    for (size_t user = 0; user < e->users; user++)
        e->profile_ptr[user + 1] += e->profile_ptr[user];
    e->profile_movie = rs_array(e->runtime, (size_t)m->count, sizeof *e->profile_movie);
    if (e->profile_movie == NULL) return no_memory(err);
    for (size_t u = 0; u < m->users; u++) {
        uint32_t *to = e->profile_movie + e->profile_ptr[n->train_user[u]];
        for (uint64_t i = m->user_ptr[u]; i < m->user_ptr[u + 1]; i++)
            *to++ = n->train_movie[m->user_movie[i]];
    }
    for (size_t i = 0; i < m->movies; i++)
        e->raters[n->train_movie[i]] = m->movie_ptr[i + 1] - m->movie_ptr[i];
    return RECSYS_OK;
}

/* Numbers are those of the tables, which know the ids as they came: put the movies that were
 * trained on in front, then those of the catalogue, both by id, then all others. */
static recsys_status order_by_id(rs_evidence *e, const recsys_ratings *train,
                                 const rs_catalogue *catalogue, const numbers *n,
                                 recsys_error *err)
{
    size_t used = 0, listed = catalogue == NULL ? 0 : catalogue->count;
    rs_keyed *order = rs_array(e->runtime, e->movies, 2 * sizeof *order);
    uint8_t *met = rs_array_zero(e->runtime, e->movies, 1);
    int fine = order != NULL && met != NULL;
    for (size_t i = 0; fine && i < train->movies.count + listed + e->movies; i++) {
        size_t trained = train->movies.count, behind = trained + listed;
        size_t movie = i < trained  ? n->train_movie[i]
                       : i < behind ? n->listed[i - trained]
                                    : i - behind;
        if (!met[movie]++) order[used++].value = movie;
    }
    if (fine) note_popular(e, order);
    rs_free(e->runtime, order);
    rs_free(e->runtime, met);
    return fine ? RECSYS_OK : no_memory(err);
}

/* Turns the catalogue's numbers round: by the table's. */
static recsys_status turn_genres(rs_evidence *e, const rs_catalogue *catalogue,
                                 const numbers *n, recsys_error *err)
{
    uint32_t *at = rs_array(e->runtime, e->movies, sizeof *at);
    if (at == NULL) return no_memory(err);
    for (size_t i = 0; i < e->movies; i++) at[i] = UINT32_MAX;
    for (size_t i = 0; i < catalogue->count; i++) {
        at[n->listed[i]] = (uint32_t)i;
        e->catalogue += e->raters[n->listed[i]] == 0;
    }
    recsys_status status = read_genres(e, catalogue, at, err);
    rs_free(e->runtime, at);
    return status;
}

recsys_status rs_evidence_of_ratings(rs_evidence *evidence, const recsys_ratings *train,
                                     const rs_catalogue *catalogue, rs_id_table *users,
                                     rs_id_table *movies, recsys_error *err)
{
    recsys_status status;
    numbers n = {NULL, NULL, NULL};
    *evidence = (rs_evidence){.runtime = users->runtime};
    int fine = number_all(&n, users->runtime, train, catalogue, users, movies);
    evidence->users = users->count;
    evidence->movies = movies->count;
    RS_TRY(fine ? make_rows(evidence, err) : no_memory(err));
    if (train != NULL) {
        evidence->train_users = train->users.count;
        evidence->rated = evidence->catalogue = train->movies.count;
        RS_TRY(turn_profiles(evidence, &train->matrix, &n, err));
        RS_TRY(order_by_id(evidence, train, catalogue, &n, err));
    }
    if (catalogue != NULL) RS_TRY(turn_genres(evidence, catalogue, &n, err));
out:
    rs_free(users->runtime, n.train_user);
    rs_free(users->runtime, n.train_movie);
    rs_free(users->runtime, n.listed);
    return status;
}

void rs_evidence_free(rs_evidence *evidence)
{
    rs_free(evidence->runtime, evidence->raters);
    rs_free(evidence->runtime, evidence->popular);
    rs_free(evidence->runtime, evidence->profile_ptr);
    rs_free(evidence->runtime, evidence->profile_movie);
    rs_free(evidence->runtime, evidence->category_ptr);
    rs_free(evidence->runtime, evidence->category);
    rs_free(evidence->runtime, evidence->time);
    *evidence = (rs_evidence){.runtime = evidence->runtime};
}
