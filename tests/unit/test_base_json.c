/* lib/base/json.c: what strict JSON is and is not, unescaping, walking, writing. */
#include "testing.h"

#include <math.h>

#include "base/json.h"
#include "base/memory.h"

static recsys_runtime *heap_runtime;

static int set_up(void **state)
{
    (void)state;
    return rs_runtime_make(&heap_runtime, NULL, NULL) != RECSYS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    rs_runtime_release(heap_runtime);
    return 0;
}

/* A document; its size is given where it holds a zero byte. */
typedef struct document {
    const char *text;
    size_t size;
} document;

static const char *check(const document *d, size_t *offset)
{
    size_t size = d->size > 0 ? d->size : strlen(d->text);
    /* An exact copy on the heap, so that a sanitizer sees a read behind the end. */
    char *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    memcpy(copy, d->text, size);
    const char *problem = rs_json_check(heap_runtime, copy, size, offset);
    free(copy);
    return problem;
}

/* After the y_ cases of JSONTestSuite. */
static const document good[] = {
    {"[[]   ]", 0},
    {"[\"\"]", 0},
    {"[]", 0},
    {"[\"a\"]", 0},
    {"[false]", 0},
    {"[null, 1, \"1\", {}]", 0},
    {"[null]", 0},
    {"[1\n]", 0},
    {" [1]", 0},
    {"[1,null,null,null,2]", 0},
    {"[2] ", 0},
    {"[123e65]", 0},
    {"[0e+1]", 0},
    {"[0e1]", 0},
    {"[ 4]", 0},
    {"[-0.000000000000000000000000000000000000000000000000000000000000000000000000000001]", 0},
    {"[20e1]", 0},
    {"[-0]", 0},
    {"[-123]", 0},
    {"[-1]", 0},
    {"[1E22]", 0},
    {"[1E-2]", 0},
    {"[1E+2]", 0},
    {"[123e45]", 0},
    {"[123.456e78]", 0},
    {"[1e-2]", 0},
    {"[1e+2]", 0},
    {"[123]", 0},
    {"[123.456789]", 0},
    {"{\"asd\":\"sdf\", \"dfg\":\"fgh\"}", 0},
    {"{\"asd\":\"sdf\"}", 0},
    {"{\"a\":\"b\",\"a\":\"c\"}", 0},
    {"{}", 0},
    {"{\"\":0}", 0},
    {"{\"foo\\u0000bar\": 42}", 0},
    {"{ \"min\": -1.0e+28, \"max\": 1.0e+28 }", 0},
    {"{\"a\":[]}", 0},
    {"{\n\"a\": \"b\"\n}", 0},
    {"[\"\\u0060\\u012a\\u12AB\"]", 0},
    {"[\"\\uD801\\udc37\"]", 0},
    {"[\"\\ud83d\\ude39\\ud83d\\udc8d\"]", 0},
    {"[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"]", 0},
    {"[\"\\\\u0000\"]", 0},
    {"[\"\\\"\"]", 0},
    {"[\"a/*b*/c/*d//e\"]", 0},
    {"[\"\\\\a\"]", 0},
    {"[\"\\\\n\"]", 0},
    {"[\"\\u0012\"]", 0},
    {"[\"\\uFFFF\"]", 0},
    {"[\"asd\"]", 0},
    {"[ \"asd\"]", 0},
    {"[\"\xf4\x8f\xbf\xbf\"]", 0},
    {"[\"\xef\xbf\xbf\"]", 0},
    {"[\"\\u0000\"]", 0},
    {"[\"\\u002c\"]", 0},
    {"[\"\xcf\x80\"]", 0},
    {"[\"\xf0\x9b\xbf\xbf\"]", 0},
    {"[\"asd \"]", 0},
    {"\" \"", 0},
    {"[\"\\uD834\\uDd1e\"]", 0},
    {"[\"\\u0821\"]", 0},
    {"[\"\\u0123\"]", 0},
    {"[\"\xe2\x80\xa8\"]", 0},
    {"[\"\xe2\x80\xa9\"]", 0},
    {"[\"\\u0061\\u30af\\u30EA\\u30b9\"]", 0},
    {"[\"new\\u000Aline\"]", 0},
    {"[\"\x7f\"]", 0},
    {"[\"\\uA66D\"]", 0},
    {"[\"\\u005C\"]", 0},
    {"[\"\\u0022\"]", 0},
    {"[\"\\uDBFF\\uDFFE\"]", 0},
    {"[\"\\u200B\"]", 0},
    {"[\"\\uFDD0\"]", 0},
    {"[\"\\uFFFE\"]", 0},
    {"[\"\xe2\x82\xac\xf0\x9d\x84\x9e\"]", 0},
    {"[\"aa\x7f\"]", 0},
    {"false", 0},
    {"42", 0},
    {"-0.1", 0},
    {"null", 0},
    {"\"asd\"", 0},
    {"true", 0},
    {"\"\"", 0},
    {"[\"a\"]\n", 0},
    {"[true]", 0},
    {" [] ", 0},
    {"\t\r\n 1", 0},
    {"[9007199254740993, 123456789012345678901234567890]", 0},
    {"[1e-400]", 0}};

/* After the n_ cases of JSONTestSuite, and what is ours: finite numbers, whole surrogates,
 * valid UTF-8. */
static const document bad[] = {{"", 0},
                               {" ", 0},
                               {"[1 true]", 0},
                               {"[a\xe5]", 0},
                               {"[\"\": 1]", 0},
                               {"[\"\"],", 0},
                               {"[,1]", 0},
                               {"[1,,2]", 0},
                               {"[\"x\",,]", 0},
                               {"[\"x\"]]", 0},
                               {"[\"\",]", 0},
                               {"[\"x\"", 0},
                               {"[x", 0},
                               {"[3[4]]", 0},
                               {"[\xff]", 0},
                               {"[1:2]", 0},
                               {"[,]", 0},
                               {"[-]", 0},
                               {"[   , \"\"]", 0},
                               {"[\"a\",\n4\n,1,", 0},
                               {"[1,]", 0},
                               {"[*]", 0},
                               {"[1", 0},
                               {"[\"a", 0},
                               {"[nul]", 0},
                               {"[tru]", 0},
                               {"[fals]", 0},
                               {"123\0", 4},
                               {"[++1234]", 0},
                               {"[+1]", 0},
                               {"[+Inf]", 0},
                               {"[-01]", 0},
                               {"[-1.0.]", 0},
                               {"[-2.]", 0},
                               {"[-NaN]", 0},
                               {"[.-1]", 0},
                               {"[.2e-3]", 0},
                               {"[0.1.2]", 0},
                               {"[0.3e+]", 0},
                               {"[0.3e]", 0},
                               {"[0.e1]", 0},
                               {"[0E+]", 0},
                               {"[0E]", 0},
                               {"[1.0e+]", 0},
                               {"[1.0e-]", 0},
                               {"[1.0e]", 0},
                               {"[1 000.0]", 0},
                               {"[1eE2]", 0},
                               {"[2.e+3]", 0},
                               {"[2.e-3]", 0},
                               {"[2.e3]", 0},
                               {"[9.e+]", 0},
                               {"[Inf]", 0},
                               {"[NaN]", 0},
                               {"[\xef\xbc\x91]", 0},
                               {"[1+2]", 0},
                               {"[0x1]", 0},
                               {"[0x42]", 0},
                               {"[Infinity]", 0},
                               {"[0e+-1]", 0},
                               {"[-123.123foo]", 0},
                               {"[123\xe5]", 0},
                               {"[1e1\xe5]", 0},
                               {"[0\xe5]", 0},
                               {"[-Infinity]", 0},
                               {"[-foo]", 0},
                               {"[- 1]", 0},
                               {"[-012]", 0},
                               {"[-.123]", 0},
                               {"[-1x]", 0},
                               {"[1ea]", 0},
                               {"[1e\xe5]", 0},
                               {"[1.]", 0},
                               {"[.123]", 0},
                               {"[1.2a-3]", 0},
                               {"[1.8011670033376514H-308]", 0},
                               {"[012]", 0},
                               {"[\"x\", truth]", 0},
                               {"{[: \"x\"}", 0},
                               {"{\"x\", null}", 0},
                               {"{\"x\"::\"b\"}", 0},
                               {"{\xf0\x9f\x87\xa8}", 0},
                               {"{\"a\":\"a\" 123}", 0},
                               {"{key: 'value'}", 0},
                               {"{\"\xb9\":\"0\",}", 0},
                               {"{\"a\" b}", 0},
                               {"{:\"b\"}", 0},
                               {"{\"a\" \"b\"}", 0},
                               {"{\"a\":", 0},
                               {"{\"a\"", 0},
                               {"{1:1}", 0},
                               {"{9999E9999:1}", 0},
                               {"{null:null,null:null}", 0},
                               {"{\"id\":0,,,,,}", 0},
                               {"{'a':0}", 0},
                               {"{\"id\":0,}", 0},
                               {"{\"a\":\"b\"}/**/", 0},
                               {"{\"a\":\"b\"}/**//", 0},
                               {"{\"a\":\"b\"}//", 0},
                               {"{\"a\":\"b\"}/", 0},
                               {"{\"a\":\"b\",,\"c\":\"d\"}", 0},
                               {"{a: \"b\"}", 0},
                               {"{\"a\":\"a", 0},
                               {"{ \"foo\" : \"bar\", \"a\" }", 0},
                               {"{\"a\":\"b\"}#", 0},
                               {"[\"\\uD800\\\"]", 0},
                               {"[\"\\uD800\\u\"]", 0},
                               {"[\"\\uD800\\u1\"]", 0},
                               {"[\"\\uD800\\u1x\"]", 0},
                               {"[\xc3\xa9]", 0},
                               {"[\"\\\0\"]", 6},
                               {"[\"\\x00\"]", 0},
                               {"[\"\\\\\\\"]", 0},
                               {"[\"\\\t\"]", 0},
                               {"[\"\\\xf0\x9f\x8c\x80\"]", 0},
                               {"[\"\\\"]", 0},
                               {"[\"\\u00A\"]", 0},
                               {"[\"\\uD834\\uDd\"]", 0},
                               {"[\"\\uD800\\uD800\\x\"]", 0},
                               {"[\"\\u\xe5\"]", 0},
                               {"[\"\\a\"]", 0},
                               {"[\"\\uqqqq\"]", 0},
                               {"[\"\\\xe5\"]", 0},
                               {"[\\u0020\"asd\"]", 0},
                               {"[\\n]", 0},
                               {"\"", 0},
                               {"['single quote']", 0},
                               {"abc", 0},
                               {"[\"\\", 0},
                               {"[\"a\0a\"]", 7},
                               {"[\"new\nline\"]", 0},
                               {"[\"\t\"]", 0},
                               {"\"\\UA66D\"", 0},
                               {"\"\"x", 0},
                               {"[\xe2\x81\xa0]", 0},
                               {"\xef\xbb\xbf", 0},
                               {"<.>", 0},
                               {"[<null>]", 0},
                               {"[1]x", 0},
                               {"[1]]", 0},
                               {"[\"asd]", 0},
                               {"a\xc3\xa5", 0},
                               {"[True]", 0},
                               {"1]", 0},
                               {"{\"x\": true,", 0},
                               {"[][]", 0},
                               {"]", 0},
                               {"\xef\xbb\xbf{}", 0},
                               {"\xe5", 0},
                               {"[", 0},
                               {"", 0},
                               {"[\0]", 3},
                               {"2@", 0},
                               {"{}}", 0},
                               {"{\"\":", 0},
                               {"{\"a\":/*comment*/\"b\"}", 0},
                               {"{\"a\": true} \"x\"", 0},
                               {"['", 0},
                               {"[,", 0},
                               {"[{", 0},
                               {"[\"a\"", 0},
                               {"{", 0},
                               {"{]", 0},
                               {"{,", 0},
                               {"{[", 0},
                               {"{\"a", 0},
                               {"{'a'", 0},
                               {"[\"\\{[\"\\{[\"\\{[\"\\{", 0},
                               {"\xe9", 0},
                               {"*", 0},
                               {"{\"a\":\"b\"}#{}", 0},
                               {"[\\u000A\"\"]", 0},
                               {"[1", 0},
                               {"[ false, nul", 0},
                               {"[ true, fals", 0},
                               {"[ false, tru", 0},
                               {"{\"asd\":\"asd\"", 0},
                               {"\xc3\xa5", 0},
                               {"[\xe2\x81\xa0]", 0},
                               {"[\x0c]", 0},
                               {"[\x0b]", 0},
                               {"[1e400]", 0},
                               {"[-1e9999]", 0},
                               {"[\"\\uD800\"]", 0},
                               {"[\"\\uDC00\"]", 0},
                               {"[\"\\uDC00\\uD800\"]", 0},
                               {"[\"\\uD800\\uD800\"]", 0},
                               {"[\"\\uD800x\"]", 0},
                               {"[\"\xed\xa0\x80\"]", 0},
                               {"[\"\xc0\xaf\"]", 0},
                               {"[\"\xf4\x90\x80\x80\"]", 0},
                               {"[\"\x81\"]", 0},
                               {"[\"\xe0\xff\"]", 0},
                               {"[\"\xe2\x82\"]", 0}};

static void good_documents_are_taken(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        const char *problem = check(&good[i], NULL);
        if (problem != NULL) fail_msg("%s: %s", good[i].text, problem);
    }
}

static void bad_documents_are_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        size_t offset = SIZE_MAX, size = bad[i].size > 0 ? bad[i].size : strlen(bad[i].text);
        if (check(&bad[i], &offset) == NULL) fail_msg("%zu: %s was taken", i, bad[i].text);
        assert_in_range(offset, 0, size);
    }
}

/* A document cut short anywhere is never a document, unless it is a number or has a tail of
 * blanks. */
static void cut_documents_are_refused(void **state)
{
    (void)state;
    static const char text[] =
        "{\"user_id\":\"\\u00e9\\ud83d\\ude39x\",\"a\":[1.5e-3,true,null,{}]}";
    for (size_t size = 1; size < sizeof text - 1; size++) {
        document d = {text, size};
        if (check(&d, NULL) == NULL) fail_msg("%zu bytes were taken", size);
    }
}

static void depth_is_bounded(void **state)
{
    (void)state;
    char text[600];
    for (size_t depth = 1; depth <= 100; depth++) {
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        document d = {text, 2 * depth};
        const char *problem = check(&d, NULL);
        if ((problem == NULL) != (depth <= 64)) fail_msg("depth %zu: %s", depth, problem);
    }
    memset(text, '[', sizeof text);
    assert_non_null(check(&(document){text, sizeof text}, NULL));
}

static void strings_are_unescaped(void **state)
{
    (void)state;
    static const struct {
        const char *json, *text;
        size_t size;
    } rows[] = {{"\"plain\"", "plain", 5},
                {"\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t", 8},
                {"\"a\\u0000b\"", "a\0b", 3},
                {"\"\\u00e9\\u20AC\\ud834\\udd1e\"", "\xc3\xa9\xe2\x82\xac\xf0\x9d\x84\x9e", 9},
                {"\"\\uffff\\u007f\\u0080\\u07ff\\u0800\"",
                 "\xef\xbf\xbf\x7f\xc2\x80\xdf\xbf\xe0\xa0\x80", 11},
                {"\"\"", "", 0}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rs_json json;
        rs_json_text text;
        rs_json_begin(&json, heap_runtime, rows[i].json, strlen(rows[i].json));
        assert_int_equal(rs_json_value(&json, &text), RS_JSON_STRING);
        assert_int_equal(text.size, rows[i].size);
        assert_memory_equal(text.data, rows[i].text, text.size);
        assert_true(rs_json_end(&json));
        rs_json_free(&json);
    }
}

/* Ids beyond 2^53 must survive, so a number is what was written. */
static void numbers_are_handed_over_as_written(void **state)
{
    (void)state;
    static const char doc[] = "[9007199254740993,1e-3,-0.50]";
    static const char *const wanted[] = {"9007199254740993", "1e-3", "-0.50"};
    rs_json json;
    rs_json_text text;
    rs_json_begin(&json, heap_runtime, doc, sizeof doc - 1);
    assert_int_equal(rs_json_value(&json, &text), RS_JSON_ARRAY);
    for (size_t i = 0; i < 3; i++) {
        assert_true(rs_json_next_item(&json));
        assert_int_equal(rs_json_value(&json, &text), RS_JSON_NUMBER);
        assert_int_equal(text.size, strlen(wanted[i]));
        assert_memory_equal(text.data, wanted[i], text.size);
    }
    assert_false(rs_json_next_item(&json));
    assert_true(rs_json_end(&json));
    rs_json_free(&json);
}

static void objects_are_walked_in_order(void **state)
{
    (void)state;
    static const char doc[] = " { \"user\" : 7 , \"skip\":[{\"x\":[]},2], \"last\" : \"z\" } ";
    rs_json json;
    rs_json_text key, text;
    rs_json_begin(&json, heap_runtime, doc, sizeof doc - 1);
    assert_int_equal(rs_json_value(&json, &text), RS_JSON_OBJECT);
    assert_true(rs_json_next_key(&json, &key));
    assert_memory_equal(key.data, "user", 4);
    assert_int_equal(rs_json_value(&json, &text), RS_JSON_NUMBER);
    assert_true(rs_json_next_key(&json, &key));
    assert_memory_equal(key.data, "skip", 4);
    rs_json_skip(&json);
    assert_true(rs_json_next_key(&json, &key));
    assert_memory_equal(key.data, "last", 4);
    assert_int_equal(rs_json_value(&json, &text), RS_JSON_STRING);
    assert_false(rs_json_next_key(&json, &key));
    assert_true(rs_json_end(&json));
    rs_json_free(&json);
}

static void after_a_problem_nothing_is_read(void **state)
{
    (void)state;
    static const char doc[] = "[1 2]";
    rs_json json;
    rs_json_text text;
    rs_json_begin(&json, heap_runtime, doc, sizeof doc - 1);
    assert_int_equal(rs_json_value(&json, &text), RS_JSON_ARRAY);
    assert_true(rs_json_next_item(&json));
    assert_int_equal(rs_json_value(&json, &text), RS_JSON_NUMBER);
    assert_false(rs_json_next_item(&json));
    assert_contains(json.problem, "comma");
    assert_int_equal(rs_json_value(&json, &text), RS_JSON_ERROR);
    assert_false(rs_json_next_key(&json, &text));
    assert_false(rs_json_end(&json));
    rs_json_free(&json);
}

static recsys_status read_with_escapes(recsys_runtime *runtime, void *data, recsys_error *err)
{
    (void)data;
    (void)err;
    static const char doc[] = "[\"a long enough string \\u00e9\",\"\\n\"]";
    const char *problem = rs_json_check(runtime, doc, sizeof doc - 1, NULL);
    if (problem == NULL) return RECSYS_OK;
    assert_string_equal(problem, "out of memory");
    return RECSYS_E_NO_MEMORY;
}

static void reading_survives_no_memory(void **state)
{
    (void)state;
    assert_true(test_each_allocation(read_with_escapes, NULL, 1, 1) >= 1);
}

static void put(const char *data, size_t size, const char *wanted)
{
    rs_text text;
    rs_text_begin(&text, heap_runtime);
    rs_json_put_string(&text, data, size);
    assert_string_equal(text.data, wanted);
    assert_null(rs_json_check(heap_runtime, text.data, text.size, NULL));
    rs_text_free(&text);
}

static void strings_are_written_escaped(void **state)
{
    (void)state;
    put("", 0, "\"\"");
    put("a\"b\\c/", 6, "\"a\\\"b\\\\c/\"");
    put("\b\f\n\r\t\x01\x1f", 7, "\"\\b\\f\\n\\r\\t\\u0001\\u001f\"");
    put("a\0b", 3, "\"a\\u0000b\"");
    put("Am\xc3\xa9lie", 7, "\"Am\xc3\xa9lie\"");
    put("\xe9t\xe9", 3, "\"\xef\xbf\xbdt\xef\xbf\xbd\"");
    put("\xf0\x9f", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\"");
}

static void what_is_written_reads_back(void **state)
{
    (void)state;
    uint64_t seed = 11;
    for (int round = 0; round < 3000; round++) {
        char data[24];
        size_t size = test_below(&seed, sizeof data);
        for (size_t i = 0; i < size; i++) data[i] = (char)(test_random(&seed) % 128);
        rs_text text;
        rs_json json;
        rs_json_text back;
        rs_text_begin(&text, heap_runtime);
        rs_json_put_string(&text, data, size);
        rs_json_begin(&json, heap_runtime, text.data, text.size);
        assert_int_equal(rs_json_value(&json, &back), RS_JSON_STRING);
        assert_int_equal(back.size, size);
        assert_memory_equal(back.data, data, size);
        rs_json_free(&json);
        rs_text_free(&text);
    }
}

static void numbers_are_written_as_json(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } rows[] = {{0.5, "0.5"}, {-1e300, "-1e+300"}, {NAN, "null"}, {INFINITY, "null"}, {3, "3"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        rs_text text;
        rs_text_begin(&text, heap_runtime);
        rs_json_put_real(&text, rows[i].value);
        assert_string_equal(text.data, rows[i].text);
        assert_null(rs_json_check(heap_runtime, text.data, text.size, NULL));
        rs_text_free(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good_documents_are_taken),
        cmocka_unit_test(bad_documents_are_refused),
        cmocka_unit_test(cut_documents_are_refused),
        cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(strings_are_unescaped),
        cmocka_unit_test(numbers_are_handed_over_as_written),
        cmocka_unit_test(objects_are_walked_in_order),
        cmocka_unit_test(after_a_problem_nothing_is_read),
        cmocka_unit_test(reading_survives_no_memory),
        cmocka_unit_test(strings_are_written_escaped),
        cmocka_unit_test(what_is_written_reads_back),
        cmocka_unit_test(numbers_are_written_as_json),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
