#include "tune/halving.h"

#include <math.h>

void rs_halving_plan(rs_halving *plan, size_t eta, size_t splits, int is_random)
{
    plan->eta = eta;
    plan->parts = is_random ? 1 : eta;
    plan->rungs = 0;
    size_t all = plan->parts * splits, chunks = is_random ? all : 1;
    while (chunks < all && plan->rungs + 1 < RS_MOST_RUNGS) {
        plan->chunks[plan->rungs++] = chunks;
        chunks *= eta;
    }
    plan->chunks[plan->rungs++] = all;
}

static int is_better(const rs_standing *a, const rs_standing *b, size_t rung)
{
    double x = a->value[rung], y = b->value[rung];
    return isnan(y) ? !isnan(x) : x > y;
}

/* Numbers of the `most` best trials that have done a rung, best first, into best[]; returns how
 * many there are. */
static size_t find_best(const rs_standing *standing, size_t trials, size_t rung, size_t most,
                        size_t *best)
{
    size_t count = 0;
    for (size_t i = 0; i < trials; i++) {
        if (standing[i].rungs <= rung) continue;
        size_t at = count;
        while (at > 0 && is_better(&standing[i], &standing[best[at - 1]], rung)) at--;
        if (at == most) continue;
        if (count < most) count++;
        for (size_t k = count - 1; k > at; k--) best[k] = best[k - 1];
        best[at] = i;
    }
    return count;
}

size_t rs_halving_next(const rs_halving *plan, const rs_standing *standing, size_t trials,
                       size_t *scratch)
{
    if (trials == 0 || standing[0].rungs < plan->rungs) return 0;
    if (standing[trials - 1].rungs == 0) return trials - 1;
    for (size_t rung = plan->rungs - 1; rung-- > 0;) {
        size_t done = 0;
        for (size_t i = 0; i < trials; i++) done += standing[i].rungs > rung;
        if (plan->eta < 2 || done < plan->eta) continue;
        size_t count = find_best(standing, trials, rung, done / plan->eta, scratch);
        for (size_t k = 0; k < count; k++)
            if (standing[scratch[k]].rungs == rung + 1) return scratch[k];
    }
    return trials;
}
