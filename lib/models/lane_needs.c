#include "models/lane_needs.h"

#include <math.h>
#include <string.h>

float rs_common_reach(rs_similarity_kind similarity, double square, uint64_t count, double most)
{
    if (similarity != RS_COSINE) return (float)count;
    return most > 0 ? (float)(sqrt(square) / most) : 0;
}

static inline float larger(float a, float b)
{
    return a > b ? a : b;
}

/* With c = n / (u + v - n) or n / (|u| |v|): the least n for which c * n / (n + shrinkage) is
 * `least`, or without the shrinkage where that is simpler. */
static inline float need_of(const rs_common *c, rs_similarity_kind kind, float least, float u,
                            float v)
{
    float need = larger(c->min_common, least * c->shrinkage / (1 - least));
    if (kind == RS_JACCARD) need = larger(need, least * (u + v) / (1 + least));
    if (kind == RS_COSINE) {
        float half = least * u * v / 2;
        need = larger(need, half + sqrtf(half * half + 2 * half * c->shrinkage));
    }
    if (least <= 0) need = c->min_common;
    return least < 1 && need < RS_LANE_NEED_MOST ? need : RS_LANE_NEED_MOST;
}

static inline unsigned up(float need)
{
    int whole = (int)need;
    return (unsigned)(whole + ((float)whole < need));
}

unsigned rs_common_need(const rs_common *common, float least, float reach_u, float reach_v)
{
    return up(need_of(common, common->similarity, least, reach_u, reach_v));
}

/* A plain loop for each kind, for the compiler to turn into vectors. */
__attribute__((always_inline)) static inline void rest(uint8_t *rest, const rs_common *common,
                                                       rs_similarity_kind kind,
                                                       const rs_lane_bar *bar,
                                                       const float *reach, float reach_list)
{
    for (size_t u = 0; u < RS_LANES; u++)
        rest[u] = (uint8_t)(RS_LANE_NEED_MOST -
                            up(need_of(common, kind, bar->least[u], reach[u], reach_list)));
}

static void set_table(rs_lane_needs *needs, size_t table, const uint8_t *rest)
{
    for (int j = 0; j < RS_LANE_PLANES; j++) {
        uint64_t word = 0;
        for (size_t group = 0; group < RS_LANES; group += 8) {
            uint64_t eight;
            memcpy(&eight, rest + group, sizeof eight);
            eight = eight >> j & UINT64_C(0x0101010101010101);
            /* One bit of each byte, gathered at the top by a multiplication. */
            word |= (eight * UINT64_C(0x0102040810204080) >> 56) << group;
        }
        needs->plane[j].word[table] = word;
    }
}

void rs_lane_needs_set(rs_lane_needs *needs, const rs_common *common, const rs_lane_bar *bar,
                       const float *reach, float reach_list)
{
    for (size_t t = 0; t < RS_TABLES; t++, reach += RS_LANES) {
        uint8_t r[RS_LANES];
        switch (common->similarity) {
        case RS_JACCARD: rest(r, common, RS_JACCARD, &bar[t], reach, reach_list); break;
        case RS_COSINE: rest(r, common, RS_COSINE, &bar[t], reach, reach_list); break;
        default: rest(r, common, RS_CORATED_COSINE, &bar[t], reach, reach_list);
        }
        set_table(needs, t, r);
    }
}
