/* Numbers, UTF-8, growing text and edit distance of lib/base/text.c. */
#include "testing.h"

#include <locale.h>
#include <math.h>

#include "base/memory.h"
#include "base/text.h"

static int real_of(const char *text, double *value)
{
    return rs_parse_real(text, strlen(text), value);
}

static void parse_real_takes_decimal_numbers(void **state)
{
    (void)state;
    static const char *const good[] = {"0",
                                       "-0",
                                       "1",
                                       "+1",
                                       "4.25",
                                       "-3",
                                       "1e-3",
                                       "1E5",
                                       "1e+5",
                                       ".5",
                                       "5.",
                                       "00012",
                                       "0.1",
                                       "3.5",
                                       "1e22",
                                       "1e-22",
                                       "1e23",
                                       "1e-23",
                                       "123456789012345678901",
                                       "0.000000000000000000000000001",
                                       "4.9e-324",
                                       "1.7976931348623157e308",
                                       "2.2250738585072014e-308",
                                       "9007199254740993",
                                       "1e-400"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        double value = NAN, wanted = strtod(good[i], NULL);
        if (!real_of(good[i], &value)) fail_msg("\"%s\" was refused", good[i]);
        double gap = fabs(value - wanted);
        if (!(gap <= fabs(wanted) * 2.3e-16 || gap <= 5e-324))
            fail_msg("\"%s\" gave %.17g, expected %.17g", good[i], value, wanted);
    }
}

static void parse_real_refuses_all_else(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",   " ", "1 ", " 1", "abc", "1x",    "0x10", "inf",   "nan", "-inf", "1e",   "1e+",
        "e5", ".", "-",  "+",  "--1", "1.2.3", "1,5",  "1e400", "1_0", "-.e1", "1e5.0"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        double value = 7;
        if (real_of(bad[i], &value)) fail_msg("\"%s\" gave %g", bad[i], value);
        assert_true(value == 7);
    }
    double value;
    assert_false(rs_parse_real("1\0002", 3, &value));
    assert_true(rs_parse_real("12", 1, &value));
    assert_true(value == 1);
}

static void parse_real_is_strtod_within_15_digits(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < 200000; i++) {
        char text[64];
        int point = (int)test_below(&seed, 15);
        long long digits = (long long)(test_random(&seed) % 1000000000000000ULL);
        snprintf(text, sizeof text, "%s%llde%d", test_below(&seed, 2) ? "-" : "", digits,
                 (int)test_below(&seed, 8) - point);
        double value = NAN;
        assert_true(real_of(text, &value));
        if (value != strtod(text, NULL)) fail_msg("%s gave %.17g", text, value);
    }
}

static double random_real(uint64_t *seed)
{
    for (;;) {
        uint64_t bits = test_random(seed);
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value)) return value;
    }
}

static void format_real_reads_back(void **state)
{
    (void)state;
    uint64_t seed = 2;
    for (int i = 0; i < 100000; i++) {
        double value = i % 2 ? random_real(&seed) : (double)(int64_t)test_random(&seed) / 1024;
        char text[32];
        size_t size = rs_format_real(text, value);
        assert_int_equal(size, strlen(text));
        if (strtod(text, NULL) != value) fail_msg("%a was written as %s", value, text);
        double again = NAN;
        assert_true(rs_parse_real(text, size, &again));
        if (again != value) fail_msg("%s was read as %.17g", text, again);
    }
}

static void format_real_is_short(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {{0, "0"},
                {0.1, "0.1"},
                {4.5, "4.5"},
                {-3, "-3"},
                {1e100, "1e+100"},
                {0.3, "0.3"},
                {1.0 / 3, "0.3333333333333333"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        char text[32];
        rs_format_real(text, rows[i].value);
        assert_string_equal(text, rows[i].text);
    }
}

/* Some hosts have set a locale whose decimal point is a comma. */
static void counts_are_decimals(void **state)
{
    (void)state;
    static const uint64_t values[] = {0, 9, 10, 1234567890, INT64_MAX, UINT64_MAX};
    static const char *const want[] = {
        "0", "9", "10", "1234567890", "9223372036854775807", "18446744073709551615"};
    for (size_t i = 0; i < 6; i++) {
        char text[24];
        assert_int_equal(rs_format_count(text, values[i]), strlen(want[i]));
        assert_string_equal(text, want[i]);
    }
}

static void numbers_ignore_the_locale(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE"};
    const char *set = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && set == NULL; i++)
        set = setlocale(LC_NUMERIC, names[i]);
    if (set == NULL) skip();
    char text[32];
    double value = 0;
    rs_format_real(text, 1234.5);
    assert_string_equal(text, "1234.5");
    assert_true(real_of("1.5", &value));
    assert_true(value == 1.5);
    assert_true(real_of("1.2345678901234567891e-30", &value));
    assert_near(value, 1.2345678901234567891e-30, 1e-45);
    assert_false(real_of("1,5", &value));
    setlocale(LC_NUMERIC, "C");
}

static void parse_int_takes_64_bits(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t value;
    } good[] = {{"0", 0},
                {"-1", -1},
                {"+7", 7},
                {"007", 7},
                {"9223372036854775807", INT64_MAX},
                {"-9223372036854775808", INT64_MIN}};
    static const char *const bad[] = {"",
                                      "-",
                                      "+",
                                      "1.0",
                                      " 1",
                                      "1 ",
                                      "0x1",
                                      "9223372036854775808",
                                      "-9223372036854775809",
                                      "99999999999999999999",
                                      "1a",
                                      "--1"};
    int64_t value;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        assert_true(rs_parse_int(good[i].text, strlen(good[i].text), &value));
        assert_true(value == good[i].value);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        if (rs_parse_int(bad[i], strlen(bad[i]), &value)) fail_msg("\"%s\" was taken", bad[i]);
}

static void parse_id_takes_canonical_decimals(void **state)
{
    (void)state;
    static const char *const good[] = {"0", "1", "42", "9223372036854775807"};
    static const char *const bad[] = {"",
                                      "00",
                                      "01",
                                      "0104257",
                                      "+1",
                                      "-1",
                                      "1 ",
                                      "1a",
                                      "1.0",
                                      "9223372036854775808",
                                      "18446744073709551616",
                                      "99999999999999999999"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t value = -1;
        char text[32];
        assert_true(rs_parse_id(good[i], strlen(good[i]), &value));
        snprintf(text, sizeof text, "%lld", (long long)value);
        assert_string_equal(text, good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t value;
        if (rs_parse_id(bad[i], strlen(bad[i]), &value)) fail_msg("\"%s\" was taken", bad[i]);
    }
}

/* The definition: what encodes a code point from U+0000 to U+10FFFF but no surrogate, in as
 * few bytes as possible. */
static size_t utf8_length_by_definition(const unsigned char *p, size_t size)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (size == 0) return 0;
    size_t length = p[0] < 0x80       ? 1
                    : p[0] >> 5 == 6  ? 2
                    : p[0] >> 4 == 14 ? 3
                    : p[0] >> 3 == 30 ? 4
                                      : 0;
    if (length == 0 || length > size) return 0;
    uint32_t code = length == 1 ? p[0] : p[0] & (0x7fu >> length);
    for (size_t i = 1; i < length; i++) {
        if (p[i] >> 6 != 2) return 0;
        code = code << 6 | (p[i] & 63u);
    }
    if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff)) return 0;
    return length;
}

static void utf8_is_as_defined(void **state)
{
    (void)state;
    static const unsigned char edges[] = {0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf,
                                          0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1, 0xec, 0xed, 0xee,
                                          0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf8, 0xff};
    enum { N = sizeof edges };
    for (size_t i = 0; i < (size_t)N * N * N * N; i++) {
        unsigned char p[4] = {edges[i % N], edges[i / N % N], edges[i / N / N % N],
                              edges[i / N / N / N]};
        for (size_t size = 0; size <= 4; size++)
            if (rs_utf8_length(p, p + size) != utf8_length_by_definition(p, size))
                fail_msg("%02x %02x %02x %02x, %zu bytes", p[0], p[1], p[2], p[3], size);
    }
    assert_true(rs_utf8_valid("Am\xc3\xa9lie", 7));
    assert_false(rs_utf8_valid("Am\xc3\xa9lie", 3));
    assert_false(rs_utf8_valid("Am\xe9lie", 6));
    assert_true(rs_utf8_valid("", 0));
}

static recsys_status grow_text(recsys_runtime *runtime, void *data, recsys_error *err)
{
    rs_text text;
    rs_text_begin(&text, runtime);
    for (int i = 0; i < 300; i++) rs_text_printf(&text, "%d,", i);
    rs_text_printf(&text, "%0700d", 7); /* longer than any buffer on the stack */
    rs_text_add_real(&text, 0.5);
    char *taken = rs_text_take(&text);
    if (taken == NULL) {
        (void)err;
        return RECSYS_E_NO_MEMORY;
    }
    if (data != NULL) {
        assert_memory_equal(taken, "0,1,2,3,", 8);
        assert_int_equal(strlen(taken), 10 * 2 + 90 * 3 + 200 * 4 + 700 + 3);
        assert_string_equal(taken + strlen(taken) - 5, "070.5");
    }
    rs_free(runtime, taken);
    return RECSYS_OK;
}

static void text_grows_and_survives_no_memory(void **state)
{
    (void)state;
    int check = 1;
    assert_in_range(test_each_allocation(grow_text, &check, 1, 1), 5, 100);
}

/* Around the size of the buffer that rs_text_printf tries first. */
static void printf_of_any_length_is_whole(void **state)
{
    (void)state;
    recsys_runtime *runtime;
    assert_int_equal(rs_runtime_make(&runtime, NULL, NULL), RECSYS_OK);
    for (int length = 500; length < 1100; length++) {
        rs_text text;
        rs_text_begin(&text, runtime);
        rs_text_add(&text, "<");
        rs_text_printf(&text, "%0*d", length, 7);
        rs_text_add(&text, ">");
        assert_int_equal(text.size, length + 2);
        assert_int_equal(strlen(text.data), length + 2);
        assert_string_equal(text.data + length, "7>");
        rs_text_free(&text);
    }
    rs_runtime_release(runtime);
}

static void an_empty_text_is_a_string(void **state)
{
    (void)state;
    test_heap heap = {0};
    recsys_runtime *runtime = test_runtime(&heap, 1);
    rs_text text;
    rs_text_begin(&text, runtime);
    char *taken = rs_text_take(&text);
    assert_string_equal(taken, "");
    rs_free(runtime, taken);
    rs_text_free(&text);
    rs_runtime_release(runtime);
    assert_int_equal(atomic_load(&heap.live), 0);
}

static void edit_distance_counts_typing_errors(void **state)
{
    (void)state;
    assert_int_equal(rs_edit_distance("", "", 9), 0);
    assert_int_equal(rs_edit_distance("abc", "abc", 9), 0);
    assert_int_equal(rs_edit_distance("abc", "", 9), 3);
    assert_int_equal(rs_edit_distance("kitten", "sitting", 9), 3);
    assert_int_equal(rs_edit_distance("neighbors", "neihgbors", 9), 1);
    assert_int_equal(rs_edit_distance("ca", "abc", 9), 3); /* optimal string alignment */
    assert_int_equal(rs_edit_distance("kitten", "sitting", 2), 3);
    char a[200], b[200];
    memset(a, 'x', sizeof a);
    memcpy(b, a, sizeof b);
    a[199] = b[199] = '\0';
    assert_int_equal(rs_edit_distance(a, b, 4), 5); /* too long to look at */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parse_real_takes_decimal_numbers),
        cmocka_unit_test(parse_real_refuses_all_else),
        cmocka_unit_test(parse_real_is_strtod_within_15_digits),
        cmocka_unit_test(format_real_reads_back),
        cmocka_unit_test(format_real_is_short),
        cmocka_unit_test(counts_are_decimals),
        cmocka_unit_test(numbers_ignore_the_locale),
        cmocka_unit_test(parse_int_takes_64_bits),
        cmocka_unit_test(parse_id_takes_canonical_decimals),
        cmocka_unit_test(utf8_is_as_defined),
        cmocka_unit_test(text_grows_and_survives_no_memory),
        cmocka_unit_test(printf_of_any_length_is_whole),
        cmocka_unit_test(an_empty_text_is_a_string),
        cmocka_unit_test(edit_distance_counts_typing_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
