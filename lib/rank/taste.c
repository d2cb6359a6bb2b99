#include "rank/taste.h"

#include <string.h>

int rs_taste_of(rs_genres *g, const rs_profile *p)
{
    double all = 0;
    if (g->count == 0) return 0;
    memset(g->wanted, 0, g->count * sizeof *g->wanted);
    for (size_t k = 0; k < p->count; k++) {
        if (!(p->rating[k] > 0) || rs_genres_of(g, p->movie[k]) == 0) continue;
        rs_spread_genres(g, g->wanted, p->movie[k], (double)p->rating[k]);
        all += (double)p->rating[k];
    }
    for (size_t i = 0; i < g->count && all > 0; i++) g->wanted[i] /= all;
    return all > 0;
}
