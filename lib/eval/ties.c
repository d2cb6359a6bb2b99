#include "eval/ties.h"

#include "base/error.h"
#include "base/memory.h"
#include "base/order.h"

/* ---- an order of all movies ------------------------------------------------------ */

/* All of these are stable, one after the other: each keeps the order before it where its own
 * keys are equal. */
typedef struct ordering {
    recsys_runtime *runtime;
    const rs_id_table *movies;
    rs_keyed *order; /* [2 * movies] value: the movie; the second half is scratch */
} ordering;

static void by_key(const ordering *o)
{
    rs_sort_keyed(o->order, o->order + o->movies->count, o->movies->count);
}

/* 0: out of memory. */
static int by_bytes(const ordering *o)
{
    size_t count = o->movies->count;
    char(*digits)[24] = rs_array(o->runtime, count, sizeof *digits);
    rs_text_ref *text = rs_array(o->runtime, count, 2 * sizeof *text);
    int fine = digits != NULL && text != NULL;
    for (size_t i = 0; fine && i < count; i++) {
        rs_id_text id = rs_id_table_at(o->movies, (uint32_t)i, digits[i]);
        text[i] = rs_text_ref_of(id.data, id.size, i);
    }
    if (fine) rs_sort_texts(text, text + count, count);
    for (size_t i = 0; fine && i < count; i++) o->order[i].value = text[i].number;
    rs_free(o->runtime, digits);
    rs_free(o->runtime, text);
    return fine;
}

/* Numbers rise; texts stand behind them. */
static void by_number(const ordering *o)
{
    for (size_t i = 0; i < o->movies->count; i++) {
        int64_t number = o->movies->value[o->order[i].value];
        o->order[i].key = number >= 0 ? (uint64_t)number : UINT64_MAX;
    }
    by_key(o);
}

static void by_popularity(const ordering *o, const uint64_t *raters)
{
    for (size_t i = 0; i < o->movies->count; i++)
        o->order[i].key = UINT64_MAX - raters[o->order[i].value];
    by_key(o);
}

/* place[movie]: where it stands among level ones. 0: out of memory. */
static int find_places(uint32_t *place, rs_ties ties, recsys_runtime *runtime,
                       const rs_id_table *movies, const uint64_t *raters)
{
    int falls = ties == RS_TIES_FALLING || ties == RS_TIES_FALLING_NUMBER;
    ordering o = {runtime, movies, rs_array(runtime, movies->count, 2 * sizeof *o.order)};
    int fine = o.order != NULL && by_bytes(&o);
    if (fine && ties != RS_TIES_RISING && ties != RS_TIES_FALLING) by_number(&o);
    if (fine && ties == RS_TIES_POPULARITY) by_popularity(&o, raters);
    for (size_t i = 0; fine && i < movies->count; i++)
        place[o.order[i].value] = (uint32_t)(falls ? movies->count - 1 - i : i);
    rs_free(runtime, o.order);
    return fine;
}

/* ---- level entries --------------------------------------------------------------- */

/* Of one user's entries, before they are put in order. */
typedef struct scratch {
    rs_keyed *item; /* [2 * largest] */
    uint32_t *movie;
    double *value;
} scratch;

static void sort_level(rs_entries *run, uint64_t first, size_t count, const uint32_t *place,
                       const scratch *s)
{
    for (size_t i = 0; i < count; i++) {
        s->movie[i] = run->movie[first + i];
        s->value[i] = run->value[first + i];
        s->item[i] = (rs_keyed){place[s->movie[i]], i};
    }
    rs_sort_keyed(s->item, s->item + count, count);
    for (size_t i = 0; i < count; i++) {
        run->movie[first + i] = s->movie[s->item[i].value];
        run->value[first + i] = s->value[s->item[i].value];
    }
}

static void sort_user(rs_entries *run, size_t user, const uint32_t *place, const scratch *s)
{
    uint64_t first = run->ptr[user], end = run->ptr[user + 1], next;
    for (; first < end; first = next) {
        for (next = first + 1; next < end && run->level[next] == run->level[first];) next++;
        if (next > first + 1) sort_level(run, first, (size_t)(next - first), place, s);
    }
}

/* 0: out of memory. */
static int sort_users(rs_entries *run, const uint32_t *place)
{
    recsys_runtime *r = run->runtime;
    size_t largest = rs_entries_largest(run);
    scratch s = {rs_array(r, largest, 2 * sizeof *s.item),
                 rs_array(r, largest, sizeof *s.movie), rs_array(r, largest, sizeof *s.value)};
    int fine = s.item != NULL && s.movie != NULL && s.value != NULL;
    for (size_t user = 0; fine && user < run->users; user++) sort_user(run, user, place, &s);
    rs_free(r, s.item);
    rs_free(r, s.movie);
    rs_free(r, s.value);
    return fine;
}

recsys_status rs_ties_break(rs_entries *run, rs_ties ties, const rs_id_table *movies,
                            const rs_evidence *evidence, recsys_error *err)
{
    if (ties == RS_TIES_POPULARITY && evidence->train_users == 0)
        return rs_fail(err, RECSYS_E_INVALID,
                       "evaluation.definition.ties: popularity needs the training ratings");
    if (run->level == NULL || ties == RS_TIES_FILE || ties == RS_TIES_AVERAGE) return RECSYS_OK;
    uint32_t *place = rs_array(run->runtime, movies->count, sizeof *place);
    int fine = place != NULL &&
               find_places(place, ties, run->runtime, movies, evidence->raters) &&
               sort_users(run, place);
    rs_free(run->runtime, place);
    return fine ? RECSYS_OK : rs_fail_memory(err, "evaluation.definition.ties");
}
