/* What all lists together are like, beyond whether they are right. With L_u a user's list cut
 * at k, c_i the lists that hold movie i, C their sum, M the movies that could be recommended,
 * U_t the users of the training data and r_i those of them who rated movie i:
 *
 *   user_coverage     users with a list / users
 *   diversity_cosine  1 - mean over pairs of users of |A and B| / sqrt(|A| |B|), from the sum
 *                     of all normalised lists: (|sum x_u|^2 - sum |x_u|^2) / (U (U - 1))
 *   diversity_jaccard 1 - mean over pairs of users of |A and B| / |A or B|
 *   gini              sum (2 i - M - 1) c_(i) / (M C), c_(i) rising: 0 all movies equally
 *                     often, 1 always the same one
 *   entropy           - sum p_i log2 p_i, p_i = c_i / C, in bits (Shannon 1948)
 *   novelty           mean over users of the mean over the list of -log2(max(r_i, 1) / U_t)
 *                     (Zhou et al. 2010)
 *   popularity_bias   (GAP_lists - GAP_profiles) / GAP_profiles, GAP the mean over users of
 *                     the mean r_i / U_t of their list, of what they rated in training
 *                     (Abdollahpouri et al. 2019): how much more popular than their own taste
 *   tail              share of the list places that tail movies have (eval/tail.h)
 *   ild               mean over users of the mean over pairs in the list of 1 - cosine of their
 *                     genres (Smyth & McClave 2001; Ziegler et al. 2005)
 *   serendipity       mean over users of the mean over the list, at rank s, of
 *                     max(0, (M + 1 - s) / M - q_i) if the movie is relevant, else 0;
 *                     q_i = (M + 1 - b_i) / M, b_i the movie's rank by raters, equal ones
 *                     sharing one, or q_i = 0 where nobody rated it (RecTools; after Ge et al.
 *                     2010)
 *
 * A user without a list is left out of novelty, popularity_bias, tail and serendipity, one
 * without training ratings out of popularity_bias, one with fewer than two movies out of ild;
 * the others count everybody. NaN: what it needs is not known. */
#ifndef RS_EVAL_VARIETY_H
#define RS_EVAL_VARIETY_H

#include "base/order.h"
#include "eval/evidence.h"
#include "eval/exposure.h"
#include "eval/score.h"

/* Metrics that are means over users. */
enum { RS_EACH_NOVELTY, RS_EACH_ILD, RS_EACH_SERENDIPITY, RS_EACH };
size_t rs_each_metric(size_t what); /* RS_METRIC_... of one of these */

typedef struct rs_variety {
    recsys_runtime *runtime;
    const rs_entries *lists, *judged;
    const uint32_t *user; /* [users] whose lists these are */
    size_t users, movies; /* movies: of the table */
    double relevant_from;
    const rs_evidence *evidence;
    const rs_definition *definition;
    int pairs;          /* diversity_jaccard too, which takes long */
    size_t pair_sample; /* pairs that it draws; 0: all, or a million where they are very many */
    uint64_t seed;      /* of the pairs that it draws where all are too many */
    size_t drawn_pairs; /* out: pairs that it drew; 0: it looked at all */
    /* made by rs_variety_begin */
    double *each;     /* [users][RS_EACH] at the cut-off measured last; NaN: no value */
    double *genre;    /* [categories] 0 in between */
    uint64_t *count;  /* [movies] c_i */
    uint32_t *mark;   /* [movies] 1 + whose movie it is at the moment */
    uint32_t *rank;   /* [movies] b_i, 0: nobody rated it; NULL: not known */
    uint8_t *group;   /* [movies] head, middle, tail; NULL: not known */
    double *sum;      /* [movies] of the normalised lists */
    rs_keyed *sorted; /* [movies] and as many for sorting */
} rs_variety;

/* Fill in the part above, then begin. Errors: NO_MEMORY. Free it in any case. */
recsys_status rs_variety_begin(rs_variety *v, recsys_error *err);
/* The metrics above at one cut-off into metrics[RS_METRICS]. */
void rs_variety_measure(rs_variety *v, size_t k, double *metrics);
/* The curve at one cut-off; it stays unknown without training data. */
void rs_variety_expose(rs_variety *v, size_t k, rs_exposure *exposure);
void rs_variety_free(rs_variety *v);

#endif
