#include "models/source.h"

#include <math.h>

const rs_source *const rs_sources[RS_SOURCES] = {&rs_user_cf_source, &rs_content_source,
                                                 &rs_ease_source, &rs_popularity_source};

void rs_whole_add(rs_whole *whole, double amount)
{
    whole->sum += amount;
    whole->size += fabs(amount);
    whole->count++;
}

double rs_whole_fraction(const rs_whole *whole, double amount)
{
    if (fabs(whole->sum) > 1e-6 * whole->size) return amount / whole->sum;
    return 1 / (double)whole->count;
}
