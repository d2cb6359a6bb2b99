/* Reading runs and judgements: every format, orders, level entries, and what is refused. */
#include "files_testing.h"

#include "base/memory.h"
#include "data/entries.h"

static recsys_status read_text(files *f, rs_entries *e, const char *text, recsys_error *err)
{
    test_write_file(f->path, text, strlen(text));
    return rs_entries_read(e, &f->users, &f->movies, f->path, 1, err);
}

/* "u:a b;v:c" as users came. */
static void describe(const files *f, const rs_entries *e, char text[256])
{
    size_t n = 0;
    char digits[24];
    text[0] = '\0';
    for (size_t u = 0; u < e->users; u++) {
        rs_id_text id = rs_id_table_at(&f->users, (uint32_t)u, digits);
        n += (size_t)snprintf(text + n, 256 - n, "%.*s:", (int)id.size, id.data);
        for (uint64_t i = e->ptr[u]; i < e->ptr[u + 1]; i++) {
            id = rs_id_table_at(&f->movies, e->movie[i], digits);
            n += (size_t)snprintf(text + n, 256 - n, "%.*s ", (int)id.size, id.data);
        }
    }
}

static void gives(files *f, const char *text, const char *want, const char *order)
{
    char found[256];
    rs_entries e;
    recsys_error err = RECSYS_ERROR_INIT;
    rs_id_table_free(&f->users);
    rs_id_table_free(&f->movies);
    assert_ok(read_text(f, &e, text, &err), &err);
    describe(f, &e, found);
    assert_string_equal(found, want);
    assert_string_equal(e.order, order);
    rs_entries_free(&e);
}

static void every_format(void **state)
{
    files *f = *state;
    gives(f, "u Q0 a 1 .5 tag\nu Q0 b 2 .75 tag\nv Q0 a 1 1 tag\n", "u:b a v:a ", "score");
    gives(f, "u\tQ0  a 1 1e-2 tag \r\n\r\nu Q0 b 2 3 t", "u:b a ", "score");
    gives(f, "7 0 12 3\n7 0 3 -1\n", "7:12 3 ", "score");
    gives(f, "user_id,item_id,rank\nu,a,2\nu,b,1\n", "u:b a ", "rank");
    gives(f, "rank\tscore\tmovieId\tuserId\n2\t9\ta\tu\n1\t8\tb\tu\n", "u:b a ", "rank");
    gives(f, "user;item\nv;b\nu;a\nv;a\n", "v:b a u:a ", "file");
    gives(f, "user,item\n\"a,b\",\"x\"\"y\"\n", "a,b:x\"y ", "file");
    gives(f, "\xef\xbb\xbfuser|item|prediction\nu|a|1\nu|b|2\n", "u:b a ", "score");
    gives(f,
          "{\"user\": 1, \"movie\": \"a\", \"score\": 1, \"more\": [1]}\n\n"
          "{\"score\":2.5,\"movie\":\"\\u00e4\",\"user\":1}\n",
          "1:ä a ", "score");
    gives(f, "{\"user\":\"u\",\"item\":2,\"rank\":9}\n{\"user\":\"u\",\"item\":1,\"rank\":8}",
          "u:1 2 ", "rank");
}

static void are_level(files *f, const char *text, const uint32_t *want, size_t count)
{
    rs_entries e;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(read_text(f, &e, text, &err), &err);
    assert_int_equal(e.count, count);
    assert_int_equal(e.level != NULL, want != NULL);
    for (size_t i = 0; want != NULL && i < count; i++) assert_int_equal(e.level[i], want[i]);
    rs_entries_free(&e);
}

/* Level entries stay as they stand in the file, those of users met before a tie as well. */
static void level_entries(void **state)
{
    files *f = *state;
    static const uint32_t scores[] = {0, 1, 1, 1, 0, 0}, ranks[] = {0, 0, 2};
    static const char text[] = "u Q0 9 1 1 t\nu Q0 10 2 1 t\nu Q0 b 3 1 t\nu Q0 a 4 2 t\n"
                               "v Q0 b 1 -0 t\nv Q0 a 1 0 t\n";
    static const char scored[] = "user,movie,score\nu,a,1\nu,b,2\n";
    gives(f, text, "u:a 9 10 b v:b a ", "score");
    are_level(f, text, scores, 6);
    are_level(f, "user,movie,rank\nu,a,3\nu,b,3\nu,c,7\n", ranks, 3);
    are_level(f, scored, NULL, 2);
    are_level(f, "user,movie\nu,a\nu,b\n", NULL, 2);
}

/* More rows than the quick way needs behind it, plain and not plain, with users in between. */
static void long_files(void **state)
{
    files *f = *state;
    enum { USERS = 60, EACH = 40 };
    size_t room = USERS * EACH * 40, n = 0;
    char *text = malloc(room);
    rs_entries e;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_non_null(text);
    for (size_t i = 0; i < EACH; i++)
        for (size_t u = 0; u < USERS; u++)
            n += (size_t)snprintf(text + n, room - n, "%zu Q0 %s%zu %zu %s%zu.%02zu t\n", u,
                                  i % 7 == 3 ? "m" : "", u + i, i, i % 5 == 2 ? "-" : "", i, u);
    assert_ok(read_text(f, &e, text, &err), &err);
    assert_int_equal(e.count, USERS * EACH);
    for (size_t u = 0; u < USERS; u++) {
        assert_int_equal(rs_entries_of(&e, u), EACH);
        for (uint64_t i = e.ptr[u] + 1; i < e.ptr[u + 1]; i++)
            assert_true(e.value[i - 1] >= e.value[i]);
        assert_near(e.value[e.ptr[u]], 39 + (double)u / 100, 0);
    }
    rs_entries_free(&e);
    free(text);
}

/* Nothing is left where the file is refused. */
static recsys_status read_nothing(files *f, const char *text, recsys_error *err)
{
    rs_entries e;
    recsys_status status = read_text(f, &e, text, err);
    assert_null(e.ptr);
    return status;
}

static void mistakes(void **state)
{
    files *f = *state;
    static const mistake cases[] = {
        {"", RECSYS_E_EMPTY, "holds no rows"},
        {"user,item\n", RECSYS_E_EMPTY, "holds no rows"},
        {"a b c\n", RECSYS_E_PARSE, ":1: is no line of a TREC run"},
        {"u Q0 a 1 1 t\nu Q0 b 2 t\n", RECSYS_E_PARSE, ":2: has 5 columns, expected 6"},
        {"u Q0 a 1 1 t\nu Q0 b 2 nan t\n", RECSYS_E_PARSE,
         ":2: score \"nan\" is not a finite number"},
        {"u Q0 a 1 1 t\n\nu Q0 b 2 1e999 t\n", RECSYS_E_PARSE, ":3: score \"1e999\""},
        {"user,item,rank\nu,a,1\nu,b,-1\n", RECSYS_E_PARSE, ":3: rank \"-1\" is not a whole"},
        {"user,item,rank\nu,,1\n", RECSYS_E_PARSE, ":2: movie \"\" is not an id, not empty"},
        {"user,item\nu,\"a\n", RECSYS_E_PARSE, ":2: a quote opens a field"},
        {"user,item\nu,a\n\nv,a\nu,a\n", RECSYS_E_PARSE,
         ":5: user \"u\" has movie \"a\" a second time"},
        {"{\"user\":1,\"movie\":2}\n{\"user\":1}\n", RECSYS_E_PARSE, ":2: movie \"\" is not"},
        {"{\"user\":1,\"movie\":2,\"score\":\"x\"}", RECSYS_E_PARSE, ":1: a user, movie"},
        {"{\"user\":1,\"movie\":2", RECSYS_E_PARSE, ":1: "},
        {"{\"user\":1,\"user\":2}", RECSYS_E_PARSE, ":1: a key is there twice"},
        {"[1]", RECSYS_E_PARSE, ":1: is no line"},
        {"PAR1", RECSYS_E_PARSE, "a Parquet file"},
    };
    files_refuse(f, read_nothing, cases, sizeof cases / sizeof *cases);
}

/* Numbers of later files go on where the earlier one ended. */
static void tables_are_shared(void **state)
{
    files *f = *state;
    rs_entries first, second;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(read_text(f, &first, "user,item\nu,a\nv,b\n", &err), &err);
    assert_ok(read_text(f, &second, "user,item\nw,b\nv,c\n", &err), &err);
    assert_int_equal(first.users, 2);
    assert_int_equal(rs_entries_of(&first, 2), 0);
    assert_int_equal(second.users, 3);
    assert_int_equal(rs_entries_of(&second, 0), 0);
    assert_int_equal(second.movie[second.ptr[2]], first.movie[1]);
    rs_entries_free(&first);
    rs_entries_free(&second);
}

static recsys_status read_again(recsys_runtime *runtime, void *path, recsys_error *err)
{
    rs_id_table users, movies;
    rs_entries e;
    rs_id_table_begin(&users, runtime);
    rs_id_table_begin(&movies, runtime);
    recsys_status status = rs_entries_read(&e, &users, &movies, path, 1, err);
    rs_entries_free(&e);
    rs_id_table_free(&users);
    rs_id_table_free(&movies);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    files *f = *state;
    rs_entries e;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(read_text(f, &e, "user,item,score\nv,b,1\nu,a,1\nv,a,2\nv,c,1\n", &err), &err);
    rs_entries_free(&e);
    assert_true(test_each_allocation(read_again, f->path, 1, 1) > 5);
    assert_ok(read_text(f, &e, "{\"user\":\"\\u00e4\",\"movie\":1}\n", &err), &err);
    rs_entries_free(&e);
    assert_true(test_each_allocation(read_again, f->path, 1, 1) > 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_format, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(level_entries, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(long_files, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(mistakes, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(tables_are_shared, files_set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(every_allocation_may_fail, files_set_up,
                                        files_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
