#include "models/pairs_update.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "models/all_pairs.h"
#include "models/live_rows.h"

static const rs_keyed before_all = {0, 0};

typedef struct update {
    const rs_pairs *pairs;
    const uint8_t *changed;
    rs_lists *lists;
    const recsys_progress *progress;
    rs_best best;
    rs_lane_rows rows; /* made when first needed */
    uint8_t *lost;     /* [rows] */
    uint32_t *member;  /* [rows] those of a pass */
} update;

/* Rows against all others. */
typedef struct pass {
    update *update;
    const uint8_t *is_member; /* [rows] */
    int both;                 /* rows that are no members hear of it too */
} pass;

/* ---- costs ----------------------------------------------------------------------- */

static double lanes_cost(const update *u, size_t rows)
{
    const rs_matrix *m = u->pairs->matrix;
    double making = u->rows.runtime == NULL ? rs_lane_rows_cost(m) : 0;
    return rs_lanes_cost(m, rows) + making;
}

/* With `both` all that qualify are listed, however many. */
static double live_cost(const update *u, size_t rows, int both)
{
    const rs_matrix *m = u->pairs->matrix;
    double listing = both ? 10 * (double)m->users : 0;
    return rs_live_cost(m, rows) + listing * (double)rows;
}

static int by_lanes(const update *u, size_t rows, int both)
{
    return rs_all_pairs_fits(u->pairs->matrix) &&
           lanes_cost(u, rows) < live_cost(u, rows, both);
}

static double cost(const update *u, size_t rows, int both)
{
    return by_lanes(u, rows, both) ? lanes_cost(u, rows) : live_cost(u, rows, both);
}

/* Is a pass with so many rows quicker than a fit? */
static int pays(const update *u, size_t rows, int both)
{
    size_t all = u->pairs->matrix->users;
    return rows < all && cost(u, rows, both) < cost(u, all, 0);
}

/* ---- a pass ---------------------------------------------------------------------- */

static void offer_list(void *shared, size_t row, const rs_neighbour *list, size_t count)
{
    pass *p = shared;
    rs_best *best = &p->update->best;
    for (size_t k = 0; k < count; k++) {
        const rs_neighbour *n = &list[k];
        rs_best_offer(best, row, n->user, n->common, n->similarity);
        if (p->both && !p->is_member[n->user])
            rs_best_offer(best, n->user, (uint32_t)row, n->common, n->similarity);
    }
}

static recsys_status pass_by_lanes(pass *p, recsys_error *err)
{
    update *u = p->update;
    rs_pass lanes = {u->member, 0, p->both, p->is_member};
    recsys_status status;
    if (u->rows.runtime == NULL) {
        status = rs_lane_rows_make(&u->rows, u->pairs, err);
        if (status != RECSYS_OK) return status;
    }
    for (size_t k = 0; k < u->rows.rows; k++)
        if (p->is_member[u->rows.row[k]]) u->member[lanes.lanes++] = (uint32_t)k;
    return rs_lane_pass(u->pairs, &u->rows, NULL, &lanes, &u->best, u->progress, err);
}

static recsys_status pass_by_rows(pass *p, recsys_error *err)
{
    update *u = p->update;
    size_t count = 0, rows = u->pairs->matrix->users;
    for (size_t row = 0; row < rows; row++)
        if (p->is_member[row]) u->member[count++] = (uint32_t)row;
    return rs_live_rows(u->pairs, u->member, count, p->both ? rows : u->lists->most, offer_list,
                        p, u->progress, err);
}

/* ---- lists ----------------------------------------------------------------------- */

/* A list without the rows that changed, and how far it is certain. */
static void begin(update *u, size_t row)
{
    rs_lists *l = u->lists;
    rs_neighbour *list = l->item + row * l->most;
    size_t count = l->count[row], kept = 0;
    rs_keyed last = before_all;
    if (u->changed[row]) {
        rs_best_begin(&u->best, row, NULL, 0, NULL);
        return;
    }
    if (count > 0)
        last = rs_neighbour_place(list[count - 1].user, list[count - 1].common,
                                  list[count - 1].similarity);
    for (size_t k = 0; k < count; k++)
        if (!u->changed[list[k].user]) list[kept++] = list[k];
    rs_best_begin(&u->best, row, list, kept, l->complete[row] ? NULL : &last);
}

/* Rows that have become too short to tell; their lists begin anew. */
static size_t find_lost(update *u, size_t least)
{
    size_t lost = 0;
    for (size_t row = 0; row < u->pairs->matrix->users; row++) {
        u->lost[row] =
            !u->changed[row] && !u->lists->complete[row] && u->best.heap[row].count < least;
        if (u->lost[row]) rs_best_begin(&u->best, row, NULL, 0, NULL);
        lost += u->lost[row];
    }
    return lost;
}

/* What was cut stays cut, even if it is shorter than it might be. */
static void take(update *u)
{
    for (size_t row = 0; row < u->pairs->matrix->users; row++) {
        int cut = !u->changed[row] && !u->lost[row] && !u->lists->complete[row];
        rs_best_take(&u->best, row, u->lists);
        if (cut) u->lists->complete[row] = 0;
    }
}

/* ---- the whole ------------------------------------------------------------------- */

static recsys_status run_pass(update *u, const uint8_t *is_member, size_t members, int both,
                              recsys_error *err)
{
    pass p = {u, is_member, both};
    if (members == 0) return RECSYS_OK;
    return by_lanes(u, members, both) ? pass_by_lanes(&p, err) : pass_by_rows(&p, err);
}

/* Returns OK with *recomputed SIZE_MAX where a fit is quicker. */
static recsys_status update_lists(update *u, size_t changed, size_t least, size_t *recomputed,
                                  recsys_error *err)
{
    size_t rows = u->pairs->matrix->users;
    recsys_status status;
    *recomputed = SIZE_MAX;
    u->lost = rs_array_zero(u->pairs->runtime, rows, sizeof *u->lost);
    u->member = rs_array(u->pairs->runtime, rows, sizeof *u->member);
    if (u->lost == NULL || u->member == NULL) return rs_fail_memory(err, "neighbours");
    RS_TRY(rs_best_make(&u->best, u->pairs, u->lists->most, 1, err));
    for (size_t row = 0; row < rows; row++) begin(u, row);
    RS_TRY(run_pass(u, u->changed, changed, 1, err));
    size_t lost = find_lost(u, least);
    if (lost > 0 && !pays(u, lost, 0)) goto out;
    RS_TRY(run_pass(u, u->lost, lost, 0, err));
    take(u);
    *recomputed = changed + lost;
out:
    return status;
}

recsys_status rs_pairs_update(const rs_pairs *pairs, const uint8_t *changed, size_t least,
                              rs_lists *lists, uint64_t *recomputed,
                              const recsys_progress *progress, recsys_error *err)
{
    update u = {.pairs = pairs, .changed = changed, .lists = lists, .progress = progress};
    size_t rows = pairs->matrix->users, count = 0, made = SIZE_MAX;
    recsys_status status = RECSYS_OK;
    for (size_t row = 0; row < rows; row++) count += changed[row] != 0;
    u.best.runtime = NULL;
    if (pays(&u, count, 1))
        status = update_lists(&u, count, least < lists->most ? least : lists->most, &made, err);
    rs_best_free(&u.best);
    rs_lane_rows_free(&u.rows);
    rs_free(pairs->runtime, u.lost);
    rs_free(pairs->runtime, u.member);
    if (status != RECSYS_OK) return status;
    *recomputed = made;
    if (made != SIZE_MAX) return RECSYS_OK;
    *recomputed = rows;
    return rs_pairs_fit(pairs, lists, progress, err);
}
