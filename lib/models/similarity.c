#include "models/similarity.h"

#include <math.h>

/* dot / sqrt(a b), never beyond [-1, 1] by rounding. */
static double ratio(double dot, double a, double b)
{
    double norm = sqrt(a) * sqrt(b);
    if (!(norm > 0)) return 0;
    double s = dot / norm;
    return s > 1 ? 1 : s < -1 ? -1 : s;
}

/* What remains of a sum of squares or products without the means; 0 if that is no more than
 * rounding of sums that are as large as `size`. */
static double rest(double sum, double removed, double size)
{
    double left = sum - removed;
    return fabs(left) > size * 1e-12 ? left : 0;
}

static double centred(const rs_sums *s, double dot, double uu, double vv)
{
    return ratio(rest(s->dot, dot, sqrt(s->uu) * sqrt(s->vv)), rest(s->uu, uu, s->uu),
                 rest(s->vv, vv, s->vv));
}

static double pearson(const rs_sums *s)
{
    double n = (double)s->common;
    return centred(s, s->u * s->v / n, s->u * s->u / n, s->v * s->v / n);
}

static double adjusted(const rs_sums *s, const rs_side *u, const rs_side *v)
{
    double n = (double)s->common;
    double mu = u->sum / (double)u->count, mv = v->sum / (double)v->count;
    return centred(s, mv * s->u + mu * s->v - n * (mu * mv), 2 * mu * s->u - n * mu * mu,
                   2 * mv * s->v - n * mv * mv);
}

/* Ratings in common of all that either has. */
static double jaccard(const rs_sums *s, const rs_side *u, const rs_side *v)
{
    double n = (double)s->common;
    return n / ((double)u->count + (double)v->count - n);
}

double rs_similarity(const rs_settings *settings, const rs_sums *sums, const rs_side *u,
                     const rs_side *v)
{
    double n = (double)sums->common, s;
    if (sums->common == 0) return 0;
    switch ((rs_similarity_kind)settings->cf.similarity) {
    case RS_CORATED_COSINE: s = ratio(sums->dot, sums->uu, sums->vv); break;
    case RS_PEARSON: s = pearson(sums); break;
    case RS_ADJUSTED_COSINE: s = adjusted(sums, u, v); break;
    case RS_JACCARD: s = jaccard(sums, u, v); break;
    default: s = ratio(sums->dot, u->square, v->square); break;
    }
    return s * (n / (n + settings->cf.shrinkage));
}
