#include "eval/columns.h"

#include <math.h>

#include "base/error.h"
#include "base/text.h"

static const double largest = 1e100;

static recsys_status refuse(const rs_columns *columns, size_t user, size_t column,
                            const char *call, recsys_error *err)
{
    char number[32] = "infinite";
    double value = columns->value[user * columns->columns + column];
    if (isfinite(value)) (void)rs_format_real(number, value);
    return rs_fail(
        err, RECSYS_E_INVALID,
        "%s: the value of row %zu, column %zu is %s, expected -1e100 to 1e100 or NaN", call,
        user, column, number);
}

recsys_status rs_columns_check(const rs_columns *columns, const char *call, recsys_error *err)
{
    const double *value = columns->value;
    for (size_t u = 0; u < columns->users; u++)
        for (size_t c = 0; c < columns->columns; c++, value++)
            if (fabs(*value) > largest) return refuse(columns, u, c, call, err);
    return RECSYS_OK;
}
