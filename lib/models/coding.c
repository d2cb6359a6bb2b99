#include "models/coding.h"

#include <math.h>

static int is_exact(double x)
{
    return fabs(x) <= 1024 && x * 1024 == floor(x * 1024);
}

/* Multiples of the step from 0 if all are 1 to 15 of it, else from below the smallest. */
int rs_coding_find(const rs_matrix *m, rs_coding *c)
{
    if (m->levels == 0 || m->user_code == NULL) return 0;
    double low = (double)m->level[0], high = (double)m->level[m->levels - 1];
    c->unit = m->levels > 1 ? (double)m->scale_step : 1;
    if (!(c->unit > 0)) return 0;
    c->offset = low >= c->unit && high <= RS_LANE_MOST * c->unit ? 0 : low - c->unit;
    if (!is_exact(c->unit) || !is_exact(c->offset)) return 0;
    for (uint32_t i = 0; i < m->levels; i++) {
        double byte = ((double)m->level[i] - c->offset) / c->unit;
        if (!(byte >= 1 && byte <= RS_LANE_MOST) || byte != floor(byte)) return 0;
        c->byte[i] = (uint8_t)byte;
    }
    return m->movies < (size_t)1 << 23;
}

rs_lane_depth rs_coding_depth(const rs_coding *coding, rs_similarity_kind kind)
{
    if (kind == RS_PEARSON || kind == RS_ADJUSTED_COSINE) return RS_LANE_MEANS;
    if (kind == RS_JACCARD) return RS_LANE_DOTS;
    if (coding->offset != 0) return RS_LANE_MEANS;
    return kind == RS_CORATED_COSINE ? RS_LANE_SQUARES : RS_LANE_DOTS;
}

rs_sums rs_coding_sums(const rs_coding *coding, const rs_lane_sums *lanes, size_t u,
                       rs_lane_depth depth)
{
    double n = (double)lanes->common[u], a = coding->offset, b = coding->unit;
    double su = 0, sv = 0;
    rs_sums sums = {.common = (uint32_t)lanes->common[u]};
    if (depth >= RS_LANE_MEANS) {
        su = (double)lanes->u[u];
        sv = (double)lanes->v[u];
    }
    if (depth >= RS_LANE_SQUARES) {
        sums.uu = b * b * (double)lanes->uu[u] + 2 * a * b * su + a * a * n;
        sums.vv = b * b * (double)lanes->vv[u] + 2 * a * b * sv + a * a * n;
    }
    sums.dot = b * b * (double)lanes->dot[u] + a * b * (su + sv) + a * a * n;
    sums.u = b * su + a * n;
    sums.v = b * sv + a * n;
    return sums;
}
