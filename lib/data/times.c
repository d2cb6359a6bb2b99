#include "data/times.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"

int rs_time_from_number(int64_t number, int64_t *milli)
{
    if (number < 0 || number > RS_TIME_MOST) return 0;
    *milli = number < RS_TIME_SECONDS ? number * 1000 : number;
    return 1;
}

static int from_real(double number, int64_t *milli)
{
    if (!(number >= 0 && number <= (double)RS_TIME_MOST)) return 0;
    double scaled = number < (double)RS_TIME_SECONDS ? number * 1000 : number;
    *milli = (int64_t)floor(scaled + 0.5);
    return 1;
}

/* ---- ISO 8601 -------------------------------------------------------------------- */

typedef struct cursor {
    const char *at, *end;
} cursor;

/* Exactly `count` digits. */
static int digits(cursor *c, int count, int *value)
{
    *value = 0;
    if (c->end - c->at < count) return 0;
    for (int i = 0; i < count; i++) {
        unsigned digit = (unsigned)(unsigned char)*c->at++ - '0';
        if (digit > 9) return 0;
        *value = *value * 10 + (int)digit;
    }
    return 1;
}

static int skip(cursor *c, char wanted)
{
    if (c->at == c->end || *c->at != wanted) return 0;
    c->at++;
    return 1;
}

static int days_in_month(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return days[month - 1] + (month == 2 && leap);
}

/* Days since 1970-01-01 in the Gregorian calendar; the year begins in March, so that the leap
 * day is its last. */
static int64_t days_from_date(int year, int month, int day)
{
    int y = month <= 2 ? year - 1 : year, m = month <= 2 ? month + 9 : month - 3;
    int era = (y >= 0 ? y : y - 399) / 400, of_era = y - era * 400;
    int of_year = (153 * m + 2) / 5 + day - 1;
    return (int64_t)era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int date(cursor *c, int64_t *days)
{
    int year, month, day;
    if (!digits(c, 4, &year) || !skip(c, '-') || !digits(c, 2, &month) || !skip(c, '-') ||
        !digits(c, 2, &day))
        return 0;
    if (month < 1 || month > 12 || day < 1 || day > days_in_month(year, month)) return 0;
    *days = days_from_date(year, month, day);
    return 1;
}

/* Digits after the point, to the millisecond. */
static int fraction(cursor *c, int *milli)
{
    int scale = 100, any = 0;
    for (; c->at < c->end && *c->at >= '0' && *c->at <= '9'; c->at++, any = 1) {
        *milli += scale * (*c->at - '0');
        scale /= 10;
    }
    return any;
}

static int clock_time(cursor *c, int64_t *milli)
{
    int hour, minute, second = 0, part = 0;
    if (!digits(c, 2, &hour) || !skip(c, ':') || !digits(c, 2, &minute)) return 0;
    if (skip(c, ':')) {
        if (!digits(c, 2, &second)) return 0;
        if ((skip(c, '.') || skip(c, ',')) && !fraction(c, &part)) return 0;
    }
    if (hour > 23 || minute > 59 || second > 60) return 0;
    *milli = ((hour * 60 + minute) * 60 + (second == 60 ? 59 : second)) * INT64_C(1000) + part;
    return 1;
}

static int zone(cursor *c, int64_t *milli)
{
    int hour, minute = 0, sign;
    if (c->at == c->end || skip(c, 'Z') || skip(c, 'z')) return 1;
    sign = skip(c, '+') ? 1 : skip(c, '-') ? -1 : 0;
    if (sign == 0 || !digits(c, 2, &hour)) return 0;
    if (c->at < c->end) {
        (void)skip(c, ':');
        if (!digits(c, 2, &minute)) return 0;
    }
    if (hour > 14 || minute > 59) return 0;
    *milli -= sign * (hour * 60 + minute) * INT64_C(60000);
    return 1;
}

static int from_iso(const char *text, size_t size, int64_t *milli)
{
    cursor c = {text, text + size};
    int64_t days, clock = 0;
    if (!date(&c, &days)) return 0;
    if (c.at < c.end) {
        if (!skip(&c, 'T') && !skip(&c, 't') && !skip(&c, ' ')) return 0;
        if (!clock_time(&c, &clock) || !zone(&c, &clock)) return 0;
    }
    *milli = days * INT64_C(86400000) + clock;
    return c.at == c.end && *milli >= 0;
}

int rs_time_parse(const char *text, size_t size, int64_t *milli)
{
    int64_t whole;
    double real;
    if (rs_parse_int(text, size, &whole)) return rs_time_from_number(whole, milli);
    if (size > 4 && text[4] == '-' && from_iso(text, size, milli)) return 1;
    return rs_parse_real(text, size, &real) && from_real(real, milli);
}

/* The other way round: years begin in March here too. */
static void date_from_days(int64_t days, int *year, int *month, int *day)
{
    int64_t era = (days + 719468) / 146097, of_era = (days + 719468) % 146097;
    int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * m + 2) / 5 + 1);
    *month = (int)(m < 10 ? m + 3 : m - 9);
    *year = (int)(era * 400 + y + (*month <= 2));
}

void rs_time_format(char text[32], int64_t milli)
{
    int year, month, day;
    int64_t days = milli / INT64_C(86400000), rest = milli % INT64_C(86400000);
    int second = (int)(rest / 1000), part = (int)(rest % 1000);
    date_from_days(days, &year, &month, &day);
    int n = snprintf(text, 32, "%04d-%02d-%02dT%02d:%02d:%02d", year, month, day, second / 3600,
                     second / 60 % 60, second % 60);
    if (n < 0 || n > 24) n = 0; /* no such time */
    if (part == 0)
        snprintf(text + n, 8, "Z");
    else
        snprintf(text + n, 8, ".%03dZ", part);
}
