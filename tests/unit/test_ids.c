/* Tables of ids: order, look-up, packing, merging, union; expected values written by hand. */
#include "testing.h"

#include "base/memory.h"
#include "data/idtable.h"

static recsys_runtime *runtime(void)
{
    recsys_runtime *rt = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(rs_runtime_make(&rt, NULL, &err), &err);
    return rt;
}

static uint32_t add(rs_id_table *table, const char *text)
{
    return rs_id_table_text(table, text, strlen(text));
}

static void expect_id(const rs_ids *ids, size_t i, const char *text)
{
    char buffer[64];
    assert_int_equal(rs_ids_text(ids, i, buffer, sizeof buffer), strlen(text));
    assert_string_equal(buffer, text);
    assert_int_equal(rs_ids_find(ids, text, strlen(text)), i);
}

/* ---- local tables ---------------------------------------------------------------- */

static void numbers_in_order_of_arrival(void **state)
{
    (void)state;
    recsys_runtime *rt = runtime();
    rs_id_table table;
    rs_id_table_begin(&table, rt);
    assert_int_equal(add(&table, "7"), 0);
    assert_int_equal(add(&table, "0007"), 1);
    assert_int_equal(add(&table, "x"), 2);
    assert_int_equal(add(&table, "7"), 0);
    assert_int_equal(rs_id_table_integer(&table, 7), 0);
    assert_int_equal(add(&table, "9223372036854775807"), 3);
    assert_int_equal(add(&table, "9223372036854775808"), 4); /* no int64: a text */
    assert_int_equal(add(&table, "0"), 5);
    assert_int_equal(add(&table, "-1"), 6);
    assert_int_equal(add(&table, "x"), 2);
    assert_int_equal(add(&table, "0007"), 1);
    assert_int_equal(add(&table, "9223372036854775807"), 3);
    assert_int_equal(table.texts, 4);
    rs_id_table_free(&table);
    rs_runtime_release(rt);
}

static void many_ids_keep_their_numbers(void **state)
{
    (void)state;
    recsys_runtime *rt = runtime();
    rs_id_table table;
    char text[32];
    rs_id_table_begin(&table, rt);
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < 30000; i++) {
            /* small, large and textual ids in turn */
            uint64_t number = i % 3 == 0 ? i : i * UINT64_C(1000003) + RS_DIRECT_IDS;
            snprintf(text, sizeof text, "%s%llu", i % 3 == 2 ? "u" : "",
                     (unsigned long long)number);
            assert_int_equal(add(&table, text), i);
        }
    rs_id_table_free(&table);
    rs_runtime_release(rt);
}

static void problems_of_ids(void **state)
{
    (void)state;
    char *large = malloc(RS_ID_BYTES + 1);
    assert_non_null(large);
    memset(large, 'a', RS_ID_BYTES + 1);
    assert_null(rs_id_problem("a", 1));
    assert_null(rs_id_problem(large, RS_ID_BYTES));
    assert_non_null(rs_id_problem(large, RS_ID_BYTES + 1));
    assert_non_null(rs_id_problem("", 0));
    assert_non_null(rs_id_problem("a\0b", 3));
    assert_non_null(rs_id_problem("\xff", 1));
    assert_null(rs_id_problem("\xc3\xa9", 2));
    free(large);
}

/* ---- merging --------------------------------------------------------------------- */

static void merge_integers(void **state)
{
    (void)state;
    recsys_runtime *rt = runtime();
    recsys_error err = RECSYS_ERROR_INIT;
    rs_id_table a, b, *const both[] = {&a, &b};
    rs_id_table_begin(&a, rt);
    rs_id_table_begin(&b, rt);
    add(&a, "10");
    add(&a, "9");
    add(&a, "5000000000");
    add(&b, "9");
    add(&b, "0");
    void *part;
    size_t size, base[3];
    uint32_t *map;
    assert_ok(rs_id_tables_merge(both, 2, rt, &part, &size, &map, base, &err), &err);
    rs_ids ids;
    assert_ok(rs_ids_bind(&ids, part, size, "users", &err), &err);
    assert_int_equal(ids.count, 4);
    assert_false(ids.textual);
    expect_id(&ids, 0, "0");
    expect_id(&ids, 1, "9");
    expect_id(&ids, 2, "10");
    expect_id(&ids, 3, "5000000000");
    assert_int_equal(rs_ids_find(&ids, "09", 2), SIZE_MAX);
    assert_int_equal(rs_ids_find(&ids, "+9", 2), SIZE_MAX);
    const uint32_t expected[] = {2, 1, 3, 1, 0};
    assert_memory_equal(map, expected, sizeof expected);
    rs_free(rt, part);
    rs_free(rt, map);
    rs_id_table_free(&a);
    rs_id_table_free(&b);
    rs_runtime_release(rt);
}

static void one_text_makes_all_texts(void **state)
{
    (void)state;
    recsys_runtime *rt = runtime();
    recsys_error err = RECSYS_ERROR_INIT;
    rs_id_table a, b, *const both[] = {&a, &b};
    rs_id_table_begin(&a, rt);
    rs_id_table_begin(&b, rt);
    add(&a, "10");
    add(&a, "9");
    add(&b, "0104257");
    add(&b, "10");
    add(&b, "1");
    add(&b, "\xc3\xa9");
    add(&b, "123456789"); /* its first eight bytes are those of the next */
    add(&b, "12345678");
    add(&b, "123456780");
    void *part;
    size_t size, base[3];
    uint32_t *map;
    assert_ok(rs_id_tables_merge(both, 2, rt, &part, &size, &map, base, &err), &err);
    rs_ids ids;
    assert_ok(rs_ids_bind(&ids, part, size, "movies", &err), &err);
    static const char *const order[] = {"0104257",   "1",         "10", "12345678",
                                        "123456780", "123456789", "9",  "\xc3\xa9"};
    assert_int_equal(ids.count, 8);
    for (size_t i = 0; i < 8; i++) expect_id(&ids, i, order[i]);
    const uint32_t expected[] = {2, 6, 0, 2, 1, 7, 5, 3, 4};
    assert_memory_equal(map, expected, sizeof expected);
    rs_free(rt, part);
    rs_free(rt, map);
    rs_id_table_free(&a);
    rs_id_table_free(&b);
    rs_runtime_release(rt);
}

static void text_follows_snprintf(void **state)
{
    (void)state;
    const int64_t integers[] = {12345};
    rs_ids ids = {.count = 1, .integers = integers};
    char buffer[4] = "xyz";
    assert_int_equal(rs_ids_text(&ids, 0, NULL, 0), 5);
    assert_int_equal(rs_ids_text(&ids, 0, buffer, sizeof buffer), 5);
    assert_string_equal(buffer, "123");
    assert_int_equal(rs_ids_text(&ids, 1, buffer, sizeof buffer), 0);
    assert_string_equal(buffer, "");
}

/* ---- union and selection --------------------------------------------------------- */

static void pack_texts(recsys_runtime *rt, rs_ids *ids, void **part, const char *const *texts,
                       size_t count)
{
    recsys_error err = RECSYS_ERROR_INIT;
    rs_id_table table, *const one[] = {&table};
    size_t size, base[2];
    uint32_t *map;
    rs_id_table_begin(&table, rt);
    for (size_t i = 0; i < count; i++) add(&table, texts[i]);
    assert_ok(rs_id_tables_merge(one, 1, rt, part, &size, &map, base, &err), &err);
    assert_ok(rs_ids_bind(ids, *part, size, "test", &err), &err);
    rs_free(rt, map);
    rs_id_table_free(&table);
}

static void check_union(const char *const *a, size_t a_count, const char *const *b,
                        size_t b_count, const char *const *expected, size_t count)
{
    recsys_runtime *rt = runtime();
    recsys_error err = RECSYS_ERROR_INIT;
    rs_ids first, second, both;
    void *parts[3];
    size_t size;
    uint32_t *map_a, *map_b;
    pack_texts(rt, &first, &parts[0], a, a_count);
    pack_texts(rt, &second, &parts[1], b, b_count);
    assert_ok(rs_ids_union(&first, &second, rt, &parts[2], &size, &map_a, &map_b, &err), &err);
    assert_ok(rs_ids_bind(&both, parts[2], size, "test", &err), &err);
    assert_int_equal(both.count, count);
    for (size_t i = 0; i < count; i++) expect_id(&both, i, expected[i]);
    for (size_t i = 0; i < a_count; i++) {
        char text[64];
        rs_ids_text(&first, i, text, sizeof text);
        assert_string_equal(text, expected[map_a[i]]);
    }
    for (size_t i = 0; i < b_count; i++) {
        char text[64];
        rs_ids_text(&second, i, text, sizeof text);
        assert_string_equal(text, expected[map_b[i]]);
    }
    for (size_t i = 0; i < 3; i++) rs_free(rt, parts[i]);
    rs_free(rt, map_a);
    rs_free(rt, map_b);
    rs_runtime_release(rt);
}

static void unions(void **state)
{
    (void)state;
    const char *const small[] = {"9", "10"}, *const more[] = {"10", "11"};
    const char *const integers[] = {"9", "10", "11"};
    check_union(small, 2, more, 2, integers, 3);
    const char *const texts[] = {"a", "10"};
    const char *const mixed[] = {"10", "9", "a"}; /* "9" moves behind "10" */
    check_union(small, 2, texts, 2, mixed, 3);
    check_union(texts, 2, small, 2, mixed, 3);
    check_union(small, 0, small, 2, small, 2);
}

static void selections(void **state)
{
    (void)state;
    recsys_runtime *rt = runtime();
    recsys_error err = RECSYS_ERROR_INIT;
    const char *const texts[] = {"a", "bb", "ccc", "d"};
    const uint8_t used[] = {1, 0, 1, 0};
    rs_ids ids, less;
    void *part, *selected;
    size_t size;
    pack_texts(rt, &ids, &part, texts, 4);
    assert_ok(rs_ids_select(&ids, used, rt, &selected, &size, &err), &err);
    assert_ok(rs_ids_bind(&less, selected, size, "test", &err), &err);
    assert_int_equal(less.count, 2);
    expect_id(&less, 0, "a");
    expect_id(&less, 1, "ccc");
    rs_free(rt, part);
    rs_free(rt, selected);
    rs_runtime_release(rt);
}

/* ---- parts that lie -------------------------------------------------------------- */

static void expect_damaged(const void *part, size_t size)
{
    recsys_error err = RECSYS_ERROR_INIT;
    rs_ids ids;
    assert_fails(rs_ids_bind(&ids, part, size, "users", &err), RECSYS_E_DAMAGED, &err);
    assert_contains(err.text, "users");
}

static void damaged_integers(void **state)
{
    (void)state;
    const uint64_t good[] = {2, 0, 5, 6};
    recsys_error err = RECSYS_ERROR_INIT;
    rs_ids ids;
    assert_ok(rs_ids_bind(&ids, good, sizeof good, "users", &err), &err);
    expect_damaged(good, sizeof good - 8);
    expect_damaged(good, sizeof good - 1);
    expect_damaged(good, 8);
    const uint64_t too_many[] = {3, 0, 5, 6}, huge[] = {UINT64_MAX, 0, 5, 6};
    const uint64_t twice[] = {2, 0, 5, 5}, back[] = {2, 0, 6, 5};
    const uint64_t negative[] = {2, 0, (uint64_t)-5, 6}, kind[] = {2, 2, 5, 6};
    expect_damaged(too_many, sizeof too_many);
    expect_damaged(huge, sizeof huge);
    expect_damaged(twice, sizeof twice);
    expect_damaged(back, sizeof back);
    expect_damaged(negative, sizeof negative);
    expect_damaged(kind, sizeof kind);
}

typedef struct textual_part {
    uint64_t count, textual, offsets[3];
    char bytes[8];
} textual_part;

static void damaged_texts(void **state)
{
    (void)state;
    const textual_part good = {2, 1, {0, 3, 8}, "abcabcde"};
    recsys_error err = RECSYS_ERROR_INIT;
    rs_ids ids;
    assert_ok(rs_ids_bind(&ids, &good, sizeof good, "movies", &err), &err);
    textual_part bad = good;
    bad.offsets[1] = 9; /* beyond the bytes, then back */
    expect_damaged(&bad, sizeof bad);
    bad = good;
    bad.offsets[1] = 0; /* an empty id */
    expect_damaged(&bad, sizeof bad);
    bad = good;
    bad.offsets[2] = 7; /* a byte that belongs to no id */
    expect_damaged(&bad, sizeof bad);
    bad = good;
    bad.bytes[0] = 'b'; /* not in order */
    expect_damaged(&bad, sizeof bad);
    bad = good;
    bad.bytes[7] = '\0';
    expect_damaged(&bad, sizeof bad);
    bad = good;
    bad.bytes[7] = (char)0xff;
    expect_damaged(&bad, sizeof bad);
    expect_damaged(&good, sizeof good - 1);
}

static recsys_status merge_work(recsys_runtime *rt, void *data, recsys_error *err)
{
    (void)data;
    rs_id_table table, *const one[] = {&table};
    void *part = NULL;
    size_t size, base[2];
    uint32_t *map = NULL;
    recsys_status status = RECSYS_OK;
    rs_id_table_begin(&table, rt);
    static const char *const texts[] = {"1", "2000000", "x", "y"};
    for (size_t i = 0; i < 4 && status == RECSYS_OK; i++)
        if (add(&table, texts[i]) == RS_NO_ID) status = RECSYS_E_NO_MEMORY;
    if (status == RECSYS_OK)
        status = rs_id_tables_merge(one, 1, rt, &part, &size, &map, base, err);
    if (status == RECSYS_OK) {
        rs_free(rt, part);
        rs_free(rt, map);
    }
    rs_id_table_free(&table);
    return status;
}

static recsys_status union_work(recsys_runtime *rt, void *data, recsys_error *err)
{
    (void)data;
    const int64_t integers[] = {9, 10};
    const uint64_t offsets[] = {0, 1};
    const rs_ids a = {.count = 2, .integers = integers};
    const rs_ids b = {.count = 1, .textual = 1, .offsets = offsets, .bytes = "a"};
    void *part;
    size_t size;
    uint32_t *map_a, *map_b;
    recsys_status status = rs_ids_union(&a, &b, rt, &part, &size, &map_a, &map_b, err);
    if (status != RECSYS_OK) return status;
    rs_free(rt, part);
    rs_free(rt, map_a);
    rs_free(rt, map_b);
    return status;
}

static void failing_allocations(void **state)
{
    (void)state;
    assert_true(test_each_allocation(merge_work, NULL, 1, 1) > 5);
    assert_true(test_each_allocation(union_work, NULL, 1, 1) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_in_order_of_arrival),
        cmocka_unit_test(many_ids_keep_their_numbers),
        cmocka_unit_test(problems_of_ids),
        cmocka_unit_test(merge_integers),
        cmocka_unit_test(one_text_makes_all_texts),
        cmocka_unit_test(text_follows_snprintf),
        cmocka_unit_test(unions),
        cmocka_unit_test(selections),
        cmocka_unit_test(damaged_integers),
        cmocka_unit_test(damaged_texts),
        cmocka_unit_test(failing_allocations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
