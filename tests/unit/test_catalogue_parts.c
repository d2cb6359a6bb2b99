/* The catalogue inside a model: spread over a larger table of ids, bound, never believed. */
#include "testing.h"

#include <recsys/catalogue.h>

#include "data/catalogue.h"

static char folder[256];
static recsys_catalogue *catalogue;

static int set_up(void **state)
{
    (void)state;
    char path[512];
    recsys_error err = RECSYS_ERROR_INIT;
    test_folder(folder);
    test_text_file(path, folder, "movies.csv",
                   "id,title,genres,imdbId\n10,Ten (1910),A|B,x\n20,Twenty,,\n30,,C,z\n");
    return recsys_catalogue_read(&catalogue, NULL, path, NULL, &err) != RECSYS_OK;
}

static int tear_down(void **state)
{
    (void)state;
    recsys_catalogue_destroy(catalogue);
    test_remove_folder(folder);
    return 0;
}

/* Movies 10, 20, 30 become numbers 3, 1, 4 of five. */
static const uint32_t map[] = {3, 1, 4};
enum { MOVIES = 5 };
static const int64_t numbers[MOVIES] = {1, 2, 3, 4, 5};
static const rs_ids ids = {.count = MOVIES, .integers = numbers};

static void widen(rs_container *parts)
{
    recsys_error err = RECSYS_ERROR_INIT;
    rs_container_begin(parts, catalogue->runtime, "model");
    assert_ok(rs_catalogue_widen(&catalogue->view, map, MOVIES, parts, &err), &err);
}

static void check_movie(const rs_catalogue *view, size_t i, const char *title, int year,
                        const char *genres, const char *imdb)
{
    recsys_movie movie = rs_catalogue_movie(view, i);
    assert_string_equal(movie.title, title);
    assert_int_equal(movie.year, year);
    assert_string_equal(movie.genres, genres);
    assert_string_equal(movie.imdb_id, imdb);
    assert_string_equal(movie.overview, "");
}

static void widened_and_bound(void **state)
{
    (void)state;
    rs_container parts;
    rs_catalogue view;
    recsys_error err = RECSYS_ERROR_INIT;
    widen(&parts);
    assert_ok(rs_catalogue_bind(&view, &parts, &ids, &err), &err);
    assert_int_equal(view.count, MOVIES);
    check_movie(&view, 0, "", 0, "", "");
    check_movie(&view, 1, "Twenty", 0, "", "");
    check_movie(&view, 2, "", 0, "", "");
    check_movie(&view, 3, "Ten", 1910, "A|B", "x");
    check_movie(&view, 4, "", 0, "C", "z");
    assert_int_equal(rs_column_size(&view.title, 1), 6);
    rs_container_close(&parts);
}

static void no_catalogue_at_all(void **state)
{
    (void)state;
    const rs_catalogue nothing = {0};
    rs_container parts;
    rs_catalogue view;
    recsys_error err = RECSYS_ERROR_INIT;
    rs_container_begin(&parts, catalogue->runtime, "model");
    assert_ok(rs_catalogue_widen(&nothing, NULL, MOVIES, &parts, &err), &err);
    assert_ok(rs_catalogue_bind(&view, &parts, &ids, &err), &err);
    for (size_t i = 0; i < MOVIES; i++) check_movie(&view, i, "", 0, "", "");
    rs_container_close(&parts);
}

/* Bind with one part replaced (NULL: left out) must fail and name the part. */
static void refuse(const char *name, const void *data, size_t size)
{
    rs_container good, bad;
    rs_catalogue view;
    recsys_error err = RECSYS_ERROR_INIT;
    widen(&good);
    rs_container_begin(&bad, catalogue->runtime, "model");
    for (size_t i = 0; i < good.count; i++) {
        const rs_part *part = &good.parts[i];
        int other = strcmp(part->name, name) == 0;
        if (other && data == NULL) continue;
        assert_ok(rs_container_add(&bad, part->name, 1, other ? data : part->data,
                                   other ? size : part->size, NULL, &err),
                  &err);
    }
    assert_fails(rs_catalogue_bind(&view, &bad, &ids, &err), RECSYS_E_DAMAGED, &err);
    assert_contains(err.text, name);
    rs_container_close(&bad);
    rs_container_close(&good);
}

/* A column of five strings with these offsets, its bytes "a\0b\0c\0d\0e\0". */
static void refuse_column(uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e,
                          uint64_t f)
{
    struct {
        uint64_t offsets[6];
        char bytes[10];
    } column = {{a, b, c, d, e, f}, {'a', 0, 'b', 0, 'c', 0, 'd', 0, 'e', 0}};
    refuse("catalogue.genres", &column, 58);
}

static void hostile_parts(void **state)
{
    (void)state;
    static const char *const names[] = {
        "catalogue.year",     "catalogue.title", "catalogue.genres", "catalogue.cast",
        "catalogue.overview", "catalogue.tags",  "catalogue.imdb",   "catalogue.tmdb"};
    static const int32_t early[MOVIES] = {0, 0, -1, 0, 0}, late[MOVIES] = {0, 0, 0, 0, 10000};
    static const uint64_t zeros[6];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) refuse(names[i], NULL, 0);
    refuse("catalogue.year", early, sizeof early);
    refuse("catalogue.year", late, sizeof late);
    refuse("catalogue.year", early, sizeof early - 1);
    refuse("catalogue.title", zeros, 47);
    refuse("catalogue.title", zeros, 48);
    refuse_column(0, 2, 4, 6, 8, 9);  /* not all bytes used */
    refuse_column(0, 2, 4, 6, 8, 11); /* beyond the end */
    refuse_column(2, 2, 4, 6, 8, 10); /* does not begin at 0 */
    refuse_column(0, 4, 2, 6, 8, 10); /* backwards */
    refuse_column(0, 2, 2, 6, 8, 10); /* no room for a zero byte */
    refuse_column(0, 2, 4, 5, 8, 10); /* no zero byte at the end */
    refuse_column(0, 4, 6, 8, 9, 10); /* a zero byte inside */
    refuse_column(0, UINT64_MAX, 4, 6, 8, 10);
}

static void lists(void **state)
{
    (void)state;
    const char *at = "| a b |c||\n d\t|", *name;
    size_t size;
    assert_int_equal(rs_list_next(&at, &name, &size), 1);
    assert_int_equal(size, 3);
    assert_memory_equal(name, "a b", 3);
    assert_int_equal(rs_list_next(&at, &name, &size), 1);
    assert_memory_equal(name, "c", 1);
    assert_int_equal(rs_list_next(&at, &name, &size), 1);
    assert_int_equal(size, 1);
    assert_memory_equal(name, "d", 1);
    assert_int_equal(rs_list_next(&at, &name, &size), 0);
    assert_int_equal(rs_list_next(&at, &name, &size), 0);
}

static recsys_status widen_and_close(recsys_runtime *runtime, void *data, recsys_error *err)
{
    rs_container parts;
    (void)data;
    rs_container_begin(&parts, runtime, "model");
    recsys_status status = rs_catalogue_widen(&catalogue->view, map, MOVIES, &parts, err);
    rs_container_close(&parts);
    return status;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    test_each_allocation(widen_and_close, NULL, 1, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(widened_and_bound),
        cmocka_unit_test(no_catalogue_at_all),
        cmocka_unit_test(hostile_parts),
        cmocka_unit_test(lists),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
