#include "eval/interval.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"
#include "eval/normal.h"
#include "eval/resample.h"

static const char *const names[] = {"auto", "bca", "percentile", "normal", "none"};

rs_interval_plan rs_interval_plan_from(const recsys_config *config)
{
    return (rs_interval_plan){
        .kind = (rs_interval_kind)rs_config_choice(config, "evaluation.interval"),
        .replicates = (size_t)rs_config_int(config, "evaluation.replicates"),
        .confidence = rs_config_real(config, "evaluation.confidence"),
        .seed = (uint64_t)rs_config_int(config, "evaluation.seed"),
    };
}

rs_interval_plan rs_interval_settle(rs_interval_plan plan, size_t users)
{
    const size_t most = (size_t)1 << 28;
    if (plan.kind == RS_INTERVAL_AUTO)
        plan.kind = users <= most / plan.replicates ? RS_INTERVAL_BCA : RS_INTERVAL_NORMAL;
    return plan;
}

const char *rs_interval_name(rs_interval_kind kind)
{
    return names[kind];
}

int rs_interval_draws(rs_interval_kind kind)
{
    return kind == RS_INTERVAL_BCA || kind == RS_INTERVAL_PERCENTILE;
}

/* Mean and standard error of one column, NaN left out. */
static void normal_interval(double *low, double *high, const double *values, size_t users,
                            size_t columns, double confidence)
{
    double sum = 0, squares = 0;
    size_t count = 0;
    for (size_t i = 0; i < users; i++) {
        if (isnan(values[i * columns])) continue;
        sum += values[i * columns];
        count++;
    }
    double mean = sum / (double)count;
    for (size_t i = 0; i < users; i++) {
        double gap = values[i * columns] - mean;
        if (!isnan(gap)) squares += gap * gap;
    }
    double error = sqrt(squares / (double)(count - 1) / (double)count);
    double reach = rs_normal_quantile(0.5 + confidence / 2) * error;
    *low = count > 1 ? mean - reach : (double)NAN;
    *high = count > 1 ? mean + reach : (double)NAN;
}

/* One value says nothing about how values differ. */
static int has_two(const rs_columns *columns, size_t column)
{
    size_t count = 0;
    for (size_t i = 0; i < columns->users && count < 2; i++)
        count += (size_t)!isnan(columns->value[i * columns->columns + column]);
    return count == 2;
}

/* The interval of each column from the replicates that all columns share. */
static recsys_status draw_intervals(double *low, double *high, recsys_runtime *runtime,
                                    const rs_columns *columns, const rs_interval_plan *plan,
                                    recsys_error *err)
{
    rs_replicates replicates = {.runtime = runtime};
    double tail = (1 - plan->confidence) / 2;
    rs_interval_method method = plan->kind == RS_INTERVAL_BCA ? RS_BY_BCA : RS_BY_PERCENTILE;
    recsys_status status =
        rs_resample_means(&replicates, runtime, columns, plan->replicates, plan->seed, err);
    for (size_t c = 0; c < columns->columns && status == RECSYS_OK; c++) {
        rs_interval found;
        status = rs_interval_find(&found, &replicates.of[c], method, tail, 1 - tail, err);
        int known = status == RECSYS_OK && has_two(columns, c);
        low[c] = known ? found.lower : (double)NAN;
        high[c] = known ? found.upper : (double)NAN;
    }
    rs_replicates_free(&replicates);
    return status;
}

recsys_status rs_intervals(double *low, double *high, recsys_runtime *runtime,
                           const double *values, size_t users, size_t columns,
                           const rs_interval_plan *plan, recsys_error *err)
{
    const rs_columns all = {values, users, columns};
    if (rs_interval_draws(plan->kind))
        return draw_intervals(low, high, runtime, &all, plan, err);
    for (size_t c = 0; c < columns; c++) {
        low[c] = high[c] = (double)NAN;
        if (plan->kind == RS_INTERVAL_NORMAL)
            normal_interval(&low[c], &high[c], values + c, users, columns, plan->confidence);
    }
    return RECSYS_OK;
}
