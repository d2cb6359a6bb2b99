/* Area under the ROC curve of one user's ranking of all candidates: how often a relevant
 * movie is above another one, a tie counting half (Hanley & McNeil 1982):
 *   sum over relevant i, other j of [s_i > s_j] + [s_i = s_j] / 2, divided by their pairs.
 * Relevant movies that the ranking lacks are below all. */
#ifndef RS_EVAL_AUC_H
#define RS_EVAL_AUC_H

#include <math.h>
#include <stddef.h>

typedef struct rs_auc {
    size_t relevant; /* all there are, in the ranking or not; set by the caller */
    size_t others;   /* met so far */
    size_t met;      /* relevant ones met so far */
    size_t tied_relevant, tied_others; /* with the last score */
    double score;
    double above; /* pairs in the wrong order, ties half */
} rs_auc;

/* The tie ends: its others are below the relevant ones that were met before, and level with
 * those of the tie. */
static inline void rs_auc_close(rs_auc *auc)
{
    auc->above +=
        (double)auc->tied_relevant * ((double)auc->others + (double)auc->tied_others / 2);
    auc->met += auc->tied_relevant;
    auc->others += auc->tied_others;
    auc->tied_relevant = auc->tied_others = 0;
}

/* The next movie of the ranking; scores fall. */
static inline void rs_auc_add(rs_auc *auc, double score, int relevant)
{
    if (auc->tied_relevant + auc->tied_others > 0 && score != auc->score) rs_auc_close(auc);
    auc->score = score;
    auc->tied_relevant += (size_t)(relevant != 0);
    auc->tied_others += (size_t)(relevant == 0);
}

/* NaN: nothing relevant, or nothing else. */
static inline double rs_auc_end(rs_auc *auc)
{
    rs_auc_close(auc);
    auc->above += (double)(auc->relevant - auc->met) * (double)auc->others;
    double pairs = (double)auc->relevant * (double)auc->others;
    return pairs > 0 ? 1 - auc->above / pairs : (double)NAN;
}

#endif
