/* Attributes of users: every separator, quotes and gzip, values beyond what there is room for,
 * and what is refused. */
#include "files_testing.h"

#include <zlib.h>

#include "data/attributes.h"

/* Users u, v and 7 are asked about; readers add others behind them. */
static void ask(files *f)
{
    static const char *const asked[] = {"u", "v", "7"};
    rs_id_table_free(&f->users);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(rs_id_table_text(&f->users, asked[i], strlen(asked[i])), i);
}

static int set_up(void **state)
{
    if (files_set_up(state) != 0) return -1;
    ask(*state);
    return 0;
}

/* "name=x,,y;other=..": a column's values of u, v and 7. */
static void describe(const rs_attributes *a, char text[512])
{
    size_t n = 0;
    char digits[24];
    text[0] = '\0';
    for (size_t c = 0; c < a->columns; c++) {
        const rs_attribute *column = &a->column[c];
        n += (size_t)snprintf(text + n, 512 - n, "%s%s=", c > 0 ? ";" : "", column->name);
        for (size_t u = 0; u < a->users; u++) {
            rs_id_text value = {"", 0};
            if (column->of[u] != RS_NO_VALUE)
                value = rs_id_table_at(&column->values, column->of[u], digits);
            n += (size_t)snprintf(text + n, 512 - n, "%s%.*s", u > 0 ? "," : "",
                                  (int)value.size, value.data);
        }
    }
}

static void gives(files *f, const char *text, size_t size, const char *want)
{
    char found[512];
    rs_attributes a;
    recsys_error err = RECSYS_ERROR_INIT;
    ask(f);
    test_write_file(f->path, text, size);
    assert_ok(rs_attributes_read(&a, &f->users, f->path, &err), &err);
    describe(&a, found);
    assert_string_equal(found, want);
    rs_attributes_free(&a);
}

static void every_form(void **state)
{
    files *f = *state;
    static const char *const same[] = {
        "user,sex,age group\nu,f,18\n7,m,\n",
        "user\tsex\tage group\nu\tf\t18\n7\tm\t\n",
        "user;sex;age group\nu;f;18\n7;m;\n",
        "\xef\xbb\xbfUser_ID,sex,age group\r\nu,f,18\r\n\r\n7,m,\r\n",
        "userId,sex,age group\n\"u\",\"f\",18\nstranger,x,99\n7,m,\"\"",
        "user:token,sex,age group\nstranger,a,1\nstranger,b,2\nu,f,18\n7,m,",
    };
    for (size_t i = 0; i < sizeof same / sizeof *same; i++)
        gives(f, same[i], strlen(same[i]), "sex=f,,m;age group=18,,");
    static const char columns[] = "sex,user,sex\na,v,b\n",
                      quoted[] = "user,\"a,b\"\nu,\"x \"\"y\"\", z\nw\"\nv,\"\"\n",
                      bare[] = "user,x\n";
    gives(f, columns, strlen(columns), "sex=,a,;sex=,b,");
    gives(f, quoted, strlen(quoted), "a,b=x \"y\", z\nw,,");
    gives(f, bare, strlen(bare), "x=,,");
}

static void gzipped(void **state)
{
    files *f = *state;
    static const char text[] = "user;x\nv;ä\n";
    char found[512];
    rs_attributes a;
    recsys_error err = RECSYS_ERROR_INIT;
    gzFile file = gzopen(f->path, "wb");
    assert_non_null(file);
    assert_int_equal(gzwrite(file, text, sizeof text - 1), sizeof text - 1);
    assert_int_equal(gzclose(file), Z_OK);
    assert_ok(rs_attributes_read(&a, &f->users, f->path, &err), &err);
    describe(&a, found);
    assert_string_equal(found, "x=,ä,");
    rs_attributes_free(&a);
    size_t size;
    unsigned char *bytes = test_read_file(f->path, &size);
    test_write_file(f->path, bytes, size - 9);
    free(bytes);
    assert_fails(rs_attributes_read(&a, &f->users, f->path, &err), RECSYS_E_DAMAGED, &err);
    rs_attributes_free(&a);
}

static void equal_values_have_one_number(void **state)
{
    files *f = *state;
    rs_attributes a;
    recsys_error err = RECSYS_ERROR_INIT;
    test_text_file(f->path, f->folder, "lists", "user,x,y\n7,1,\nu,2,\nw,3,\nv,1,01\n");
    assert_ok(rs_attributes_read(&a, &f->users, f->path, &err), &err);
    assert_int_equal(a.columns, 2);
    assert_int_equal(a.column[0].of[2], 0); /* in the order of the file, without w's */
    assert_int_equal(a.column[0].of[0], 1);
    assert_int_equal(a.column[0].of[1], 0);
    assert_int_equal(a.column[0].values.count, 2);
    assert_int_equal(a.column[1].of[0], RS_NO_VALUE);
    assert_int_equal(a.column[1].of[1], 0);
    rs_attributes_free(&a);
}

/* Values 0..63 have their numbers; with one more, 63 stands for it and for that one. */
static void more_values_than_room(void **state)
{
    files *f = *state;
    enum { USERS = 80 };
    char text[USERS * 24] = "user,x\n";
    size_t n = strlen(text);
    for (size_t count = RS_MOST_VALUES; count <= USERS; count += USERS - RS_MOST_VALUES) {
        rs_attributes a;
        recsys_error err = RECSYS_ERROR_INIT;
        rs_id_table_free(&f->users);
        n = strlen("user,x\n");
        for (size_t i = 0; i < count; i++) {
            assert_int_equal(rs_id_table_integer(&f->users, 1000 + i), i);
            n += (size_t)snprintf(text + n, sizeof text - n, "%zu,v%zu\n", 1000 + i, i);
        }
        test_write_file(f->path, text, n);
        assert_ok(rs_attributes_read(&a, &f->users, f->path, &err), &err);
        assert_int_equal(a.column[0].values.count, count);
        for (size_t i = 0; i < count; i++)
            assert_int_equal(a.column[0].of[i], i < RS_MOST_VALUES ? i : RS_MOST_VALUES - 1);
        rs_attributes_free(&a);
    }
}

static recsys_status read_and_free(files *f, const char *text, recsys_error *err)
{
    rs_attributes a;
    test_write_file(f->path, text, strlen(text));
    recsys_status status = rs_attributes_read(&a, &f->users, f->path, err);
    rs_attributes_free(&a);
    return status;
}

static void mistakes(void **state)
{
    files *f = *state;
    static const mistake cases[] = {
        {"", RECSYS_E_EMPTY, "is empty"},
        {"user\nu\n", RECSYS_E_PARSE, ":1: header: value \"user\", expected a header with a "},
        {"\nname,sex\nu,f\n", RECSYS_E_PARSE, ":2: header: value \"name,sex\""},
        {"user,x\nu,1\nv,2\n\nu,1\n", RECSYS_E_PARSE,
         "lists:5: user: value \"u\", expected each user once"},
        {"user,x\nu,1\nv\n", RECSYS_E_PARSE, ":3: 1 fields, expected 2 as in the header"},
        {"user,x\nu,1,2\n", RECSYS_E_PARSE, ":2: 3 fields, expected 2"},
        {"user,x\n,1\n", RECSYS_E_PARSE, ":2: user: value \"\", expected an id, not empty"},
        {"user,x\nu,\"1\n", RECSYS_E_PARSE, ":2: a quoted field has no closing quote"},
        {"user,x\nu,\xff\n", RECSYS_E_PARSE, ":2: is not valid UTF-8"},
    };
    files_refuse(f, read_and_free, cases, sizeof cases / sizeof *cases);
    rs_attributes a;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_fails(rs_attributes_read(&a, &f->users, "/nowhere/people", &err), RECSYS_E_IO, &err);
    rs_attributes_free(&a);
}

/* As long as an id may be, and one byte longer. */
static void long_values(void **state)
{
    files *f = *state;
    enum { MOST = 4096 };
    char text[MOST + 64];
    for (size_t size = MOST; size <= MOST + 1; size++) {
        rs_attributes a;
        recsys_error err = RECSYS_ERROR_INIT;
        size_t n = (size_t)snprintf(text, sizeof text, "user,sex\nu,");
        memset(text + n, 'x', size);
        test_write_file(f->path, text, n + size);
        recsys_status status = rs_attributes_read(&a, &f->users, f->path, &err);
        assert_int_equal(status, size == MOST ? RECSYS_OK : RECSYS_E_PARSE);
        if (size > MOST) assert_contains(err.text, ":2: sex: value \"xxx");
        rs_attributes_free(&a);
    }
}

static recsys_status read_again(recsys_runtime *runtime, void *path, recsys_error *err)
{
    rs_id_table users;
    rs_attributes a;
    rs_id_table_begin(&users, runtime);
    recsys_status status = RECSYS_E_NO_MEMORY;
    if (rs_id_table_text(&users, "u", 1) != RS_NO_ID)
        status = rs_attributes_read(&a, &users, path, err);
    else
        a = (rs_attributes){.runtime = runtime};
    rs_attributes_free(&a);
    rs_id_table_free(&users);
    return status;
}

static void every_allocation_may_fail(void **state)
{
    files *f = *state;
    static const char text[] = "user,x,\"y\"\nstranger,b,a\nu,\"a\"\"b\",c\n";
    test_write_file(f->path, text, sizeof text - 1);
    assert_true(test_each_allocation(read_again, f->path, 1, 1) > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_form, set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(gzipped, set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(equal_values_have_one_number, set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(more_values_than_room, set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(mistakes, set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(long_values, set_up, files_tear_down),
        cmocka_unit_test_setup_teardown(every_allocation_may_fail, set_up, files_tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
