#include "data/worth.h"

#include "base/power.h"

static const double DAY = 86400000; /* milliseconds */
/* The scale that margins are told on. */
static const double TOLD_SCALE = 5;

void rs_worth_begin(rs_worth *worth, const rs_settings *settings, float low, float high,
                    int64_t newest)
{
    double half_life = settings->ratings.half_life;
    double span = low >= 0 ? (double)high : (double)high - (double)low;
    *worth = (rs_worth){.ages = half_life > 0,
                        .newest = newest,
                        .step = half_life * DAY / RS_AGES_IN_ONE,
                        .weight = settings->ratings.negative_weight,
                        .margin = settings->ratings.negative_margin * span / TOLD_SCALE};
    worth->is_plain = !worth->ages && worth->weight == 0;
    for (size_t i = 0; i < RS_AGES; i++)
        worth->of_age[i] = rs_halved((double)i / RS_AGES_IN_ONE);
}

int64_t rs_newest_time(const rs_matrix *m)
{
    int64_t newest = 0;
    for (uint64_t at = 0; at < m->count; at++) {
        int64_t time = rs_matrix_time(m, at);
        if (time > newest) newest = time;
    }
    return newest;
}

double rs_worth_at(const rs_worth *worth, int64_t time)
{
    if (time <= 0 || time >= worth->newest) return 1;
    double place = ((double)worth->newest - (double)time) / worth->step;
    return worth->of_age[place < RS_AGES - 1 ? (size_t)place : RS_AGES - 1];
}
