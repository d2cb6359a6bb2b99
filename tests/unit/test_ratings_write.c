/* Ratings written as text read back as the same content; the text itself, by hand. */
#include "ratings_testing.h"

#include <math.h>

typedef struct list {
    const triple *rows;
    size_t count, next;
} list;

static int next_row(void *user_data, recsys_row *to)
{
    list *l = user_data;
    if (l->next == l->count) return 0;
    const triple *from = &l->rows[l->next++];
    to->user = from->user;
    to->movie = from->movie;
    to->rating = from->value;
    to->timestamp = from->time;
    return 1;
}

static recsys_ratings *make(const triple *rows, size_t count)
{
    list l = {rows, count, 0};
    recsys_ratings *made = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_ratings_from_rows(&made, NULL, next_row, &l, &err), &err);
    return made;
}

/* Write, compare with `text` unless it is NULL, read, compare the hashes. */
static void round_trip(const recsys_ratings *ratings, const char *text)
{
    char folder[256], path[512];
    size_t size;
    recsys_ratings *again = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    test_path(path, test_folder(folder), "r.csv");
    assert_ok(recsys_ratings_write(ratings, path, &err), &err);
    assert_int_equal(test_count_files(folder), 1);
    unsigned char *written = test_read_file(path, &size);
    if (text != NULL) assert_string_equal((char *)written, text);
    free(written);
    assert_ok(recsys_ratings_read(&again, NULL, path, NULL, NULL, NULL, &err), &err);
    assert_string_equal(recsys_ratings_hash(again), recsys_ratings_hash(ratings));
    recsys_ratings_destroy(again);
    test_remove_folder(folder);
}

static void plain_rows(void **state)
{
    (void)state;
    const triple rows[] = {
        {"10", "3", 4, 978300760}, {"9", "20", 3.5F, 0}, {"9", "3", 0.5F, 1}};
    recsys_ratings *r = make(rows, 3);
    round_trip(r, "userId,movieId,rating,timestamp\n"
                  "9,3,0.5,1\n"
                  "9,20,3.5,0\n"
                  "10,3,4,978300760\n");
    rs_ratings_release(r);
}

static void ids_that_need_quotes(void **state)
{
    (void)state;
    const triple rows[] = {{"a", "Alien, again", 1, 0},    {"a", "\"", 2, 0},
                           {"a", "say \"hi\", he", 3, 0},  {"two\nlines", "cr\r", 4, 0},
                           {" blank ", "007", 5, 0},       {"\xc3\xa9", "null", 1, 0},
                           {"#x", "tab\tsemi;bar|", 2, 0}, {"userId", "movieId", 3, 0}};
    recsys_ratings *r = make(rows, 8);
    round_trip(r, "userId,movieId,rating,timestamp\n"
                  " blank ,007,5,0\n"
                  "#x,tab\tsemi;bar|,2,0\n"
                  "a,\"\"\"\",2,0\n"
                  "a,\"Alien, again\",1,0\n"
                  "a,\"say \"\"hi\"\", he\",3,0\n"
                  "\"two\nlines\",\"cr\r\",4,0\n"
                  "userId,movieId,3,0\n"
                  "\xc3\xa9,null,1,0\n");
    rs_ratings_release(r);
}

/* A reader takes numbers below 10^11 for seconds. */
static void times_of_every_kind(void **state)
{
    (void)state;
    const triple rows[] = {{"1", "1", 1, 100000000001},    {"1", "2", 1, 100000000000},
                           {"1", "3", 1, 1561982400123},   {"1", "4", 1, 1561982400000},
                           {"1", "5", 1, 100000000000000}, {"1", "6", 1, 253402300799999},
                           {"1", "7", 1, 99999999999}};
    recsys_ratings *r = make(rows, 7);
    round_trip(r, "userId,movieId,rating,timestamp\n"
                  "1,1,1,100000000001\n"
                  "1,2,1,100000000\n"
                  "1,3,1,1561982400123\n"
                  "1,4,1,1561982400\n"
                  "1,5,1,100000000000000\n"
                  "1,6,1,253402300799999\n"
                  "1,7,1,99999999999\n");
    rs_ratings_release(r);
}

/* Milliseconds of the first years can only come from text. */
static void early_milliseconds(void **state)
{
    (void)state;
    static const char text[] = "userId,movieId,rating,timestamp\n"
                               "1,1,1,0.001\n"
                               "1,2,1,12345.678\n"
                               "1,3,1,99999999.999\n";
    recsys_ratings *r = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *rt = NULL;
    assert_ok(rs_runtime_make(&rt, NULL, &err), &err);
    assert_ok(read_bytes(&r, rt, text, sizeof text - 1, NULL, 0, NULL, &err), &err);
    const triple expected[] = {
        {"1", "1", 1, 1}, {"1", "2", 1, 12345678}, {"1", "3", 1, 99999999999}};
    expect_triples(r, expected, 3);
    round_trip(r, text);
    rs_ratings_release(r);
    rs_runtime_release(rt);
}

/* More than fifteen different ratings, so that they are kept as floats; and the same ones few
 * enough to be levels. */
static void ratings_of_every_kind(void **state)
{
    (void)state;
    static const float values[] = {0,         -0.0F,      0.1F,       3.7F,      1e6F,
                                   -1e6F,     1.0F / 3,   1e-30F,     -2.5F,     16777216,
                                   0.000001F, 123456.79F, 1e-7F,      4.999999F, 7e-45F,
                                   65536.5F,  -1e-38F,    3.4028234F, 99.95F,    0.3F};
    static char movies[20][8];
    triple rows[20];
    size_t count = 0;
    for (size_t i = 0; i < 20; i++) {
        if (fabsf(values[i]) > 1e6F) continue;
        snprintf(movies[count], sizeof movies[0], "%zu", i);
        rows[count] = (triple){"1", movies[count], values[i], 0};
        count++;
    }
    recsys_ratings *many = make(rows, count), *few = make(rows, 9);
    round_trip(many, NULL);
    round_trip(few, "userId,movieId,rating,timestamp\n"
                    "1,0,0,0\n"
                    "1,1,0,0\n"
                    "1,2,0.1,0\n"
                    "1,3,3.7,0\n"
                    "1,4,1000000,0\n"
                    "1,5,-1000000,0\n"
                    "1,6,0.3333333432674408,0\n"
                    "1,7,1.0000000031710769e-30,0\n"
                    "1,8,-2.5,0\n");
    rs_ratings_release(many);
    rs_ratings_release(few);
}

/* Longer than what is gathered before it is written. */
static void a_long_file(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    static char ids[ROWS][24];
    static triple rows[ROWS];
    for (size_t i = 0; i < ROWS; i++) {
        snprintf(ids[i], sizeof ids[0], "id \"%zu\"", i);
        rows[i] = (triple){ids[i % 150], ids[i / 150], (float)(i % 10) / 2,
                           1500000000000 + (int64_t)i * 777};
    }
    recsys_ratings *r = make(rows, ROWS);
    round_trip(r, NULL);
    rs_ratings_release(r);
}

static void what_no_reader_takes_is_refused(void **state)
{
    (void)state;
    const triple rows[] = {{"1", "1", 2e6F, 0}, {"1", "2", 1, 0}};
    char folder[256], path[512];
    recsys_ratings *r = make(rows, 2);
    recsys_error err = RECSYS_ERROR_INIT;
    test_path(path, test_folder(folder), "r.csv");
    assert_fails(recsys_ratings_write(r, path, &err), RECSYS_E_UNSUPPORTED, &err);
    assert_contains(err.text, "2000000");
    assert_int_equal(test_count_files(folder), 0);
    test_path(path, folder, "none/r.csv");
    assert_fails(recsys_ratings_write(r, path, &err), RECSYS_E_IO, &err);
    rs_ratings_release(r);
    test_remove_folder(folder);
}

static recsys_status write_once(recsys_runtime *runtime, void *data, recsys_error *err)
{
    const triple rows[] = {{"a", "b,c", 1, 0}, {"d", "e", 2, 0}};
    list l = {rows, 2, 0};
    recsys_ratings *r = NULL;
    recsys_status status = recsys_ratings_from_rows(&r, runtime, next_row, &l, err);
    if (status == RECSYS_OK) status = recsys_ratings_write(r, data, err);
    recsys_ratings_destroy(r);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    (void)state;
    char folder[256], path[512];
    test_path(path, test_folder(folder), "r.csv");
    assert_true(test_each_allocation(write_once, path, 1, 1) > 5);
    assert_int_equal(test_count_files(folder), 1);
    test_remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plain_rows),
        cmocka_unit_test(ids_that_need_quotes),
        cmocka_unit_test(times_of_every_kind),
        cmocka_unit_test(early_milliseconds),
        cmocka_unit_test(ratings_of_every_kind),
        cmocka_unit_test(a_long_file),
        cmocka_unit_test(what_no_reader_takes_is_refused),
        cmocka_unit_test(every_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
