/* Times written as ISO 8601, against dates that `date -u` gives and against the reader. */
#include "testing.h"

#include "data/times.h"

static void known_dates(void **state)
{
    (void)state;
    const struct {
        int64_t milli;
        const char *text;
    } cases[] = {{0, "1970-01-01T00:00:00Z"},
                 {68169600000, "1972-02-29T00:00:00Z"},
                 {951782400000, "2000-02-29T00:00:00Z"},
                 {951868799999, "2000-02-29T23:59:59.999Z"},
                 {951868800000, "2000-03-01T00:00:00Z"},
                 {1561982400120, "2019-07-01T12:00:00.120Z"},
                 {4107542400000, "2100-03-01T00:00:00Z"},
                 {253402300799999, "9999-12-31T23:59:59.999Z"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        rs_time_format(text, cases[i].milli);
        assert_string_equal(text, cases[i].text);
    }
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    const int64_t step = INT64_C(86400000) * 5 + 12345678; /* all days of the year, all hours */
    for (int64_t milli = 0; milli <= RS_TIME_MOST; milli += step) {
        char text[32];
        int64_t back = -1;
        rs_time_format(text, milli);
        if (!rs_time_parse(text, strlen(text), &back) || back != milli)
            fail_msg("%lld is written as %s", (long long)milli, text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_dates),
        cmocka_unit_test(what_is_written_reads_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
