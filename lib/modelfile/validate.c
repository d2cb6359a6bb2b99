/* What a swap into a running service wants to know beyond memory safety. */
#include "base/error.h"
#include "modelfile/model.h"

/* Rows sorted by falling similarity, no self, no movie or user twice at equal similarity. */
static recsys_status check_lists(const char *name, size_t rows, const uint64_t *ptr,
                                 const uint32_t *index, const float *similarity,
                                 recsys_error *err)
{
    for (size_t row = 0; row < rows; row++)
        for (uint64_t at = ptr[row]; at < ptr[row + 1]; at++) {
            int first = at == ptr[row];
            if (index[at] == row || (!first && similarity[at] > similarity[at - 1]))
                return rs_fail(err, RECSYS_E_DAMAGED, "section \"%s\": row %zu is not in order",
                               name, row);
        }
    return RECSYS_OK;
}

/* The sums that formulas divide by must be those of the ratings. */
static recsys_status check_sums(const recsys_model *model, recsys_error *err)
{
    const rs_matrix *m = &model->ratings;
    for (size_t user = 0; user < m->users; user++) {
        double sum = 0, square = 0;
        for (uint64_t at = m->user_ptr[user]; at < m->user_ptr[user + 1]; at++) {
            double r = (double)rs_user_rating(m, at);
            sum += r;
            square += r * r;
        }
        if (sum != model->statistics.user_sum[user] ||
            square != model->statistics.user_square[user])
            return rs_fail(err, RECSYS_E_DAMAGED, "section \"user.sum\": user %zu differs",
                           user);
    }
    return RECSYS_OK;
}

recsys_status rs_model_validate(const recsys_model *model, int full, recsys_error *err)
{
    recsys_status status;
    RS_TRY(rs_container_verify(&model->parts, full, err));
    if (!full) return RECSYS_OK;
    RS_TRY(check_lists("user_cf.user", model->users.count, model->neighbours.ptr,
                       model->neighbours.user, model->neighbours.similarity, err));
    RS_TRY(check_lists("content.movie", model->movies.count, model->similar.ptr,
                       model->similar.movie, model->similar.similarity, err));
    RS_TRY(check_sums(model, err));
out:
    return status;
}
