/* recsys/neighbours.h: rows of the ratings, or of the ratings turned, against each other. */
#include <recsys/neighbours.h>

#include "api/need.h"
#include "base/memory.h"
#include "config/settings.h"
#include "data/ratings.h"
#include "models/pairs.h"

struct recsys_neighbours {
    atomic_size_t references;
    recsys_runtime *runtime;
    size_t rows;
    rs_closed_lists lists;
};

static recsys_status fit(recsys_neighbours *n, const rs_matrix *m, const rs_settings *settings,
                         const recsys_progress *progress, recsys_error *err)
{
    recsys_status status;
    size_t most = (size_t)settings->cf.n_neighbors;
    rs_lists lists = {0};
    double *sum = NULL, *square = NULL;
    RS_TRY(rs_row_sums(m, n->runtime, &sum, &square, err));
    rs_pairs pairs = {n->runtime, settings, m, sum, square};
    RS_TRY(rs_lists_make(&lists, n->runtime, m->users, most < m->users ? most : m->users, err));
    RS_TRY(rs_pairs_fit(&pairs, &lists, progress, err));
    RS_TRY(rs_lists_close(&lists, n->runtime, m->users, 0, lists.most, &n->lists, err));
out:
    rs_lists_free(&lists, n->runtime);
    rs_free(n->runtime, sum);
    rs_free(n->runtime, square);
    return status;
}

recsys_status recsys_neighbours_fit(recsys_neighbours **neighbours, recsys_runtime *runtime,
                                    const recsys_ratings *ratings, recsys_side side,
                                    const recsys_config *config,
                                    const recsys_progress *progress, recsys_error *err)
{
    rs_settings settings;
    RS_NEED(err, neighbours);
    RS_NEED(err, ratings);
    if (side != RECSYS_USERS && side != RECSYS_MOVIES)
        return rs_fail(err, RECSYS_E_INVALID,
                       "recsys_neighbours_fit: side is %d, expected RECSYS_USERS or "
                       "RECSYS_MOVIES",
                       (int)side);
    if (runtime == NULL) runtime = ratings->runtime;
    recsys_neighbours *made = rs_array_zero(runtime, 1, sizeof *made);
    if (made == NULL) return rs_fail_memory(err, "recsys_neighbours_fit");
    rs_settings_read(&settings, config);
    rs_matrix matrix =
        side == RECSYS_USERS ? ratings->matrix : rs_matrix_turned(&ratings->matrix);
    atomic_init(&made->references, 1);
    made->runtime = rs_runtime_retain(runtime);
    made->rows = matrix.users;
    recsys_status status = fit(made, &matrix, &settings, progress, err);
    if (status != RECSYS_OK) {
        recsys_neighbours_destroy(made);
        return status;
    }
    *neighbours = made;
    return RECSYS_OK;
}

size_t recsys_neighbours_count(const recsys_neighbours *neighbours)
{
    return neighbours != NULL ? neighbours->rows : 0;
}

size_t recsys_neighbours_list(const recsys_neighbours *neighbours, size_t row,
                              const uint32_t **rows, const float **similarity,
                              const uint32_t **common)
{
    static const rs_closed_lists none;
    const rs_closed_lists *lists = &none;
    size_t from = 0, count = 0;
    if (neighbours != NULL && row < neighbours->rows) {
        from = (size_t)neighbours->lists.ptr[row];
        count = (size_t)neighbours->lists.ptr[row + 1] - from;
        if (count > 0) lists = &neighbours->lists;
    }
    if (rows != NULL) *rows = count > 0 ? lists->user + from : NULL;
    if (similarity != NULL) *similarity = count > 0 ? lists->similarity + from : NULL;
    if (common != NULL) *common = count > 0 ? lists->common + from : NULL;
    return count;
}

recsys_neighbours *recsys_neighbours_retain(const recsys_neighbours *neighbours)
{
    recsys_neighbours *held = (recsys_neighbours *)(uintptr_t)neighbours;
    if (held != NULL) atomic_fetch_add_explicit(&held->references, 1, memory_order_relaxed);
    return held;
}

void recsys_neighbours_destroy(recsys_neighbours *neighbours)
{
    if (neighbours == NULL) return;
    if (atomic_fetch_sub_explicit(&neighbours->references, 1, memory_order_acq_rel) != 1)
        return;
    recsys_runtime *runtime = neighbours->runtime;
    rs_closed_lists_free(&neighbours->lists, runtime);
    rs_free(runtime, neighbours);
    rs_runtime_release(runtime);
}
