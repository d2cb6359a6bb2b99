#include "rank/ndcg.h"

#include <math.h>

/* 1 / log2(rank + 1) */
static const double discount[RS_NDCG_AT] = {1.0,
                                            0.6309297535714575,
                                            0.5,
                                            0.43067655807339306,
                                            0.38685280723454163,
                                            0.3562071871080222,
                                            0.3333333333333333,
                                            0.31546487678572877,
                                            0.3010299956639812,
                                            0.2890648263178879};

double rs_ndcg(const uint8_t *hit, size_t count, size_t relevant)
{
    double gain = 0, ideal = 0;
    for (size_t k = 0; k < count; k++) gain += hit[k] ? discount[k] : 0;
    for (size_t k = 0; k < relevant && k < RS_NDCG_AT; k++) ideal += discount[k];
    return gain / ideal;
}

rs_gain rs_gain_over(const double *value, const double *than, size_t count, size_t users)
{
    double n = (double)users, sum = 0, square = 0;
    for (size_t i = 0; i < count; i++) {
        double gain = value[i] - than[i];
        sum += gain;
        square += gain * gain;
    }
    double mean = sum / n, variance = square / n - mean * mean;
    return (rs_gain){mean, variance > 0 ? sqrt(variance / n) : 0};
}
