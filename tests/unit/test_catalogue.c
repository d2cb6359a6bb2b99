/* Catalogue files of each format: what is found in them, and what is refused. */
#include "testing.h"

#include <recsys/catalogue.h>
#include <zlib.h>

static char folder[256];

static int set_up(void **state)
{
    (void)state;
    test_folder(folder);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    test_remove_folder(folder);
    return 0;
}

/* ---- reading and looking up ------------------------------------------------------ */

static recsys_catalogue *read_bytes(const char *name, const void *data, size_t size)
{
    char path[512];
    recsys_catalogue *catalogue = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    test_write_file(test_path(path, folder, name), data, size);
    assert_ok(recsys_catalogue_read(&catalogue, NULL, path, NULL, &err), &err);
    return catalogue;
}

static recsys_catalogue *read_text(const char *name, const char *text)
{
    return read_bytes(name, text, strlen(text));
}

static recsys_movie movie(const recsys_catalogue *catalogue, const char *id)
{
    recsys_movie found = RECSYS_MOVIE_INIT;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(recsys_catalogue_get(catalogue, id, &found, &err), &err);
    return found;
}

static void check(const recsys_catalogue *catalogue, const char *id, const char *title,
                  int year, const char *genres)
{
    recsys_movie found = movie(catalogue, id);
    assert_string_equal(found.title, title);
    assert_int_equal(found.year, year);
    assert_string_equal(found.genres, genres);
}

static void check_id(const recsys_catalogue *catalogue, size_t i, const char *id)
{
    char buffer[64];
    assert_int_equal(recsys_catalogue_movie_id(catalogue, i, buffer, sizeof buffer),
                     strlen(id));
    assert_string_equal(buffer, id);
}

/* The file is refused with this status and a message that holds `part`. */
static void refuse_bytes(const char *name, const void *data, size_t size, recsys_status status,
                         const char *part)
{
    char path[512];
    recsys_catalogue *catalogue = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    test_write_file(test_path(path, folder, name), data, size);
    assert_fails(recsys_catalogue_read(&catalogue, NULL, path, NULL, &err), status, &err);
    assert_null(catalogue);
    assert_contains(err.text, name);
    assert_contains(err.text, part);
}

static void refuse(const char *name, const char *text, const char *part)
{
    refuse_bytes(name, text, strlen(text), RECSYS_E_PARSE, part);
}

/* ---- movies.csv ------------------------------------------------------------------ */

static void csv_with_quotes_and_commas(void **state)
{
    (void)state;
    recsys_catalogue *c =
        read_text("movies.csv", "movieId,title,genres\r\n"
                                "11,\"American President, The (1995)\",Comedy|Drama\r\n"
                                "2,Jumanji (1995),Adventure|Children\r\n"
                                "\r\n"
                                "9,\"\"\"Great\"\" Movie, The\n(Part 2) (2001)\",Drama\r\n"
                                "5,Cosmos,(no genres listed)\r\n");
    assert_int_equal(recsys_catalogue_count(c), 4);
    check(c, "11", "American President, The", 1995, "Comedy|Drama");
    check(c, "2", "Jumanji", 1995, "Adventure|Children");
    check(c, "9", "\"Great\" Movie, The\n(Part 2)", 2001, "Drama");
    check(c, "5", "Cosmos", 0, "");
    check_id(c, 0, "2");
    check_id(c, 3, "11");
    recsys_catalogue_destroy(c);
}

static void csv_with_byte_order_mark_and_other_columns(void **state)
{
    (void)state;
    recsys_catalogue *c =
        read_text("bom.csv", "\xef\xbb\xbfTitle;Release_Year;Movie ID;x;Cast\n"
                             "Alien;1979;m1;0;Sigourney Weaver | Tom Skerritt\n"
                             "Solo;;m2;0;\n");
    check(c, "m1", "Alien", 1979, "");
    assert_string_equal(movie(c, "m1").cast, "Sigourney Weaver|Tom Skerritt");
    check(c, "m2", "Solo", 0, "");
    recsys_catalogue_destroy(c);
}

static void years_at_the_end_of_titles(void **state)
{
    (void)state;
    static const struct {
        const char *written, *title;
        int year;
    } cases[] = {
        {"Toy Story (1995)", "Toy Story", 1995},
        {"Dawn (1999) ", "Dawn", 1999},
        {"Dawn(1999)", "Dawn", 1999},
        {"Babylon 5", "Babylon 5", 0},
        {"Doctor (1996–)", "Doctor (1996–)", 0},
        {"Note (2006–2007)", "Note (2006–2007)", 0},
        {"1984", "1984", 0},
        {"(2012)", "(2012)", 0},
        {"2012 (2009)", "2012", 2009},
        {"(500) Days (2009)", "(500) Days", 2009},
        {"Code (9999)", "Code (9999)", 0},
        {"Code (12)", "Code (12)", 0},
        {"Twice (1999) (2001)", "Twice (1999)", 2001},
        {"", "", 0},
    };
    char text[1024] = "id,title\n", line[128];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(line, sizeof line, "%zu,%s\n", i, cases[i].written);
        strncat(text, line, sizeof text - strlen(text) - 1);
    }
    recsys_catalogue *c = read_text("years.csv", text);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        snprintf(line, sizeof line, "%zu", i);
        check(c, line, cases[i].title, cases[i].year, "");
    }
    recsys_catalogue_destroy(c);
}

static void later_row_wins_and_ids_are_kept(void **state)
{
    (void)state;
    recsys_catalogue *c = read_text("twice.csv", "movieId,title\n007,Bond\n10,Ten\n9,Nine\n"
                                                 "007,Goldfinger (1964)\n10,Ten again\n");
    assert_int_equal(recsys_catalogue_count(c), 3);
    check_id(c, 0, "007"); /* not canonical: all ids are text, "10" before "9" */
    check_id(c, 1, "10");
    check_id(c, 2, "9");
    check(c, "007", "Goldfinger", 1964, "");
    check(c, "10", "Ten again", 0, "");
    recsys_movie none = RECSYS_MOVIE_INIT;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_fails(recsys_catalogue_get(c, "7", &none, &err), RECSYS_E_NOT_FOUND, &err);
    recsys_catalogue_destroy(c);
}

/* ---- movies.dat and u.item ------------------------------------------------------- */

static void dat_in_utf8_and_latin1(void **state)
{
    (void)state;
    recsys_catalogue *c =
        read_text("movies.dat", "0002844::Fantômas - À l'ombre (1913)::Crime|Drama\n"
                                "0004936::The Bank :: Part (1915)::\n"
                                "0000001::Mis\xe9rables, Les (1995)::Drama\n");
    check(c, "0002844", "Fantômas - À l'ombre", 1913, "Crime|Drama");
    check(c, "0004936", "The Bank :: Part", 1915, "");
    check(c, "0000001", "Misérables, Les", 1995, "Drama");
    recsys_catalogue_destroy(c);
}

static void item_flags_in_order(void **state)
{
    (void)state;
    recsys_catalogue *c = read_text(
        "u.item",
        "1|Toy Story (1995)|01-Jan-1995||http://x|0|0|0|1|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n"
        "2|\xc0 la mode|04-Feb-1994|||0|1|1|1|1|1|1|1|1|1|1|1|1|1|1|1|1|1|1\n"
        "267|unknown||||1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n");
    check(c, "1", "Toy Story", 1995, "Animation|Children's|Comedy");
    check(c, "2", "À la mode", 1994,
          "Action|Adventure|Animation|Children's|Comedy|Crime|Documentary|Drama|Fantasy|"
          "Film-Noir|Horror|Musical|Mystery|Romance|Sci-Fi|Thriller|War|Western");
    check(c, "267", "unknown", 0, "");
    recsys_catalogue_destroy(c);
}

/* ---- JSON lines ------------------------------------------------------------------ */

static void json_lines(void **state)
{
    (void)state;
    recsys_catalogue *c = read_text(
        "movies.jsonl",
        "{\"movie_id\": 5, \"title\": \"Caf\\u00e9 (1995)\", \"genres\": [\"Drama\", \"War\"],"
        " \"cast\": [\"A B\", \" C \", \"\"], \"overview\": \"Text\", \"tags\": \"x|y\","
        " \"extra\": {\"id\": [1, 2]}}\n"
        "\n"
        "{\"id\": \"6\", \"movie_id\": \"60\", \"year\": \"1994\", \"title\": null,"
        " \"genres\": \"Action | Crime\", \"extract\": \"one\", \"overview\": \"two\","
        " \"imdb_id\": \"tt01\", \"tmdb_id\": 12}\r\n"
        "{\"extract\": \"only\", \"id\": \"7\", \"year\": 2007.0, \"title\": \"Blade "
        "(1982)\"}");
    assert_int_equal(recsys_catalogue_count(c), 3);
    check(c, "5", "Café", 1995, "Drama|War");
    assert_string_equal(movie(c, "5").cast, "A B|C");
    assert_string_equal(movie(c, "5").overview, "Text");
    assert_string_equal(movie(c, "5").tags, "x|y");
    check(c, "60", "", 1994, "Action|Crime");
    assert_string_equal(movie(c, "60").overview, "two");
    assert_string_equal(movie(c, "60").imdb_id, "tt01");
    assert_string_equal(movie(c, "60").tmdb_id, "12");
    check(c, "7", "Blade (1982)", 2007, ""); /* another year is part of the title */
    assert_string_equal(movie(c, "7").overview, "only");
    recsys_catalogue_destroy(c);
}

static void json_refused(void **state)
{
    (void)state;
    refuse("a.jsonl", "{\"id\": 1}\n{\"title\": \"x\"}\n", "a.jsonl:2: no id");
    refuse("b.jsonl", "{\"id\": 1.5}\n",
           "key movie_id or id: value \"1.5\", expected a string");
    refuse("c.jsonl", "{\"id\": 1, \"year\": \"soon\"}", ":1: key year: value \"soon\"");
    refuse("d.jsonl", "{\"id\": 1, \"year\": 1995.5}", "expected a whole year");
    refuse("e.jsonl", "{\"id\": 1, \"title\": \"a\", \"title\": \"b\"}",
           "title is given twice");
    refuse("f.jsonl", "{\"id\": 1, \"genres\": [\"a\", 2]}", "expected a list of strings");
    refuse("g.jsonl", "{\"id\": 1} {\"id\": 2}", "more after the value");
    refuse("h.jsonl", "{\"id\": \"a\\u0000b\"}", "expected an id");
    refuse("i.jsonl", "{\"id\": 1, \"overview\": \"a\\u0000b\"}", "zero character");
    refuse("j.jsonl", "{\"id\": \"\"}", "value \"\", expected an id");
    refuse("k.jsonl", "{\"id\": 1}\n[2]\n", "k.jsonl:2: JSON");
    refuse("l.jsonl", "[{\"id\": 1}]", "expected JSON lines");
    refuse("m.jsonl", "{\"id\": 1, \"title\": \"\xff\"}", "invalid UTF-8");
    refuse("n.jsonl", "{\"id\": 1, \"title\": [\"x\"]}", "value \"[...]\", expected a string");
}

/* ---- bad text -------------------------------------------------------------------- */

static void text_refused(void **state)
{
    (void)state;
    static const char header[] = "movieId,title,genres\n";
    char text[256];
    refuse("a.csv", "movieId,title\n1,A\n,B\n", "a.csv:3: column 1 (movie id): value \"\"");
    refuse("b.csv", "movieId,title\n1,A,B\n", "b.csv:2: 3 fields, expected 2");
    refuse("c.csv", "movieId,title\n1,\"A\n2,B\n", "c.csv:2: a quoted field has no closing");
    refuse("d.csv", "movieId,title\n1,\"A\"x\n", "d.csv:2: text after a closing quote");
    refuse("e.csv", "movieId,title\n1,Mis\xe9rables\n", "e.csv:2: is not valid UTF-8");
    refuse("f.csv", "movieId,title,year\n1,A,MCM\n", "column 3 (year): value \"MCM\"");
    refuse("g.csv", "1,Toy Story (1995),Comedy\n", "g.csv:1: header: value \"1,Toy");
    refuse("h.csv", "userId,movieId,rating,timestamp\n1,2,3,4\n", "expected columns movieId");
    refuse("i.dat", "1::A (1990)::Drama\n2::B\n", "i.dat:2: 2 fields, expected id::title");
    refuse("j.dat", "1::1074638::7::1365029107\n", "looks like ratings");
    refuse("k.dat", "::A::Drama\n", "k.dat:1: column 1 (movie id)");
    refuse("u.item", "1|A|||| 0|0|0|1|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n", "column 6 (unknown)");
    refuse("v.item", "1|A||||0|0|0\n", "8 fields, expected the 24 of u.item");
    refuse("w.item", "1|A|soon|||0|0|0|1|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n", "release date");
    snprintf(text, sizeof text, "%s1,\"A\nB\",C\n2,D\n",
             header); /* lines inside quotes count */
    refuse("l.csv", text, "l.csv:4: 2 fields");
    refuse_bytes("m.csv", "movieId,title\n1,A\0B\n", 20, RECSYS_E_PARSE, "zero byte");
    refuse_bytes("n.csv", "\xff\xfem\0o\0", 6, RECSYS_E_PARSE, "UTF-16");
    refuse_bytes("o.csv", "", 0, RECSYS_E_EMPTY, "is empty");
    refuse_bytes("p.csv", " \n\r\n", 4, RECSYS_E_EMPTY, "is empty");
    refuse_bytes("q.csv", header, strlen(header), RECSYS_E_EMPTY, "holds no movie");
}

static void missing_file_and_arguments(void **state)
{
    (void)state;
    recsys_catalogue *c = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_fails(recsys_catalogue_read(&c, NULL, "/nowhere/x.csv", NULL, &err), RECSYS_E_IO,
                 &err);
    assert_fails(recsys_catalogue_read(&c, NULL, NULL, NULL, &err), RECSYS_E_INVALID, &err);
    assert_fails(recsys_catalogue_read(NULL, NULL, "x", NULL, &err), RECSYS_E_INVALID, &err);
    assert_int_equal(recsys_catalogue_count(NULL), 0);
    recsys_catalogue_destroy(NULL);
}

static void count_log(void *data, recsys_log_level level, const char *text)
{
    assert_int_equal(level, RECSYS_LOG_WARNING);
    assert_contains(text, "2 bad rows left out; the first: ");
    assert_contains(text, "skip.csv:3: ");
    (*(int *)data)++;
}

static void bad_rows_are_skipped_up_to_a_cap(void **state)
{
    (void)state;
    char path[512];
    int told = 0;
    recsys_config *config = NULL;
    recsys_runtime *runtime = NULL;
    recsys_catalogue *c = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    test_text_file(path, folder, "skip.csv",
                   "movieId,title\n1,A\n2,\"B\n3,C\n,D\n4,\"E, F\"\n");
    assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
    recsys_runtime_set_log(runtime, count_log, &told);
    assert_ok(recsys_config_create(&config, NULL, &err), &err);
    assert_ok(recsys_config_set(config, "data.on_bad_row", "skip", &err), &err);
    assert_ok(recsys_catalogue_read(&c, runtime, path, config, &err), &err);
    assert_int_equal(recsys_catalogue_count(c),
                     3); /* the stray quote costs its own line only */
    check(c, "3", "C", 0, "");
    check(c, "4", "E, F", 0, "");
    assert_int_equal(told, 1);
    recsys_catalogue_destroy(c);
    c = NULL;
    assert_ok(recsys_config_set(config, "data.max_bad_rows", "1", &err), &err);
    assert_fails(recsys_catalogue_read(&c, runtime, path, config, &err), RECSYS_E_PARSE, &err);
    assert_contains(err.text, "more than 1 bad rows; the first: ");
    assert_contains(err.text, "skip.csv:3: ");
    assert_null(c);
    recsys_config_destroy(config);
    recsys_runtime_destroy(runtime);
}

/* ---- gzip and standard input ----------------------------------------------------- */

static void gzip_and_standard_input(void **state)
{
    (void)state;
    char path[512];
    recsys_catalogue *c = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    gzFile file = gzopen(test_path(path, folder, "movies.csv.gz"), "wb");
    assert_non_null(file);
    assert_true(gzputs(file, "movieId,title\n1,A (1990)\n") > 0);
    assert_int_equal(gzclose(file), Z_OK);
    assert_ok(recsys_catalogue_read(&c, NULL, path, NULL, &err), &err);
    check(c, "1", "A", 1990, "");
    recsys_catalogue_destroy(c);
    assert_non_null(freopen(path, "rb", stdin));
    assert_ok(recsys_catalogue_read(&c, NULL, "-", NULL, &err), &err);
    check(c, "1", "A", 1990, "");
    recsys_catalogue_destroy(c);
    assert_non_null(
        freopen(test_text_file(path, folder, "bad.csv", "id,title\n,A\n"), "rb", stdin));
    assert_fails(recsys_catalogue_read(&c, NULL, "-", NULL, &err), RECSYS_E_PARSE, &err);
    assert_contains(err.text, "standard input:2: ");
}

/* ---- tags and links -------------------------------------------------------------- */

static recsys_catalogue *three_movies(void)
{
    return read_text("three.jsonl", "{\"id\": 1, \"title\": \"A\", \"tags\": [\"old\"]}\n"
                                    "{\"id\": 2, \"title\": \"B\"}\n{\"id\": 3}\n");
}

static void tags_in_file_order(void **state)
{
    (void)state;
    char path[512];
    uint64_t unknown = 9;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_catalogue *c = three_movies();
    test_text_file(path, folder, "tags.csv",
                   "userId,movieId,tag,timestamp\r\n7,2,funny,1\r\n7,1,\"a, b\",2\r\n"
                   "8,2, funny ,3\r\n8,99,lost,4\r\n8,2,Z|y,5\r\n9,1,,6\r\n");
    assert_ok(recsys_catalogue_add_tags(c, path, &unknown, &err), &err);
    assert_int_equal(unknown, 1);
    assert_string_equal(movie(c, "1").tags, "old|a, b");
    assert_string_equal(movie(c, "2").tags, "funny|funny|Z|y");
    assert_string_equal(movie(c, "3").tags, "");
    assert_string_equal(movie(c, "2").title, "B");
    recsys_catalogue_destroy(c);
}

static void links_replace(void **state)
{
    (void)state;
    char path[512];
    uint64_t unknown = 9;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_catalogue *c = three_movies();
    test_text_file(
        path, folder, "links.csv",
        "movieId,imdbId,tmdbId\n2,0113497,8844\n1,0114709,\n5,1,2\n2,011349,884400\n");
    assert_ok(recsys_catalogue_add_links(c, path, &unknown, &err), &err);
    assert_int_equal(unknown, 1);
    assert_string_equal(movie(c, "1").imdb_id, "0114709");
    assert_string_equal(movie(c, "1").tmdb_id, "");
    assert_string_equal(movie(c, "2").imdb_id, "011349");
    assert_string_equal(movie(c, "2").tmdb_id, "884400");
    assert_string_equal(movie(c, "3").imdb_id, "");
    test_text_file(path, folder, "links2.csv", "movieId,tmdbId\n3,77\n");
    assert_ok(recsys_catalogue_add_links(c, path, NULL, &err), &err);
    assert_string_equal(movie(c, "3").tmdb_id, "77");
    assert_string_equal(movie(c, "2").tmdb_id, "884400");
    recsys_catalogue_destroy(c);
}

static void failed_additions_change_nothing(void **state)
{
    (void)state;
    char path[512];
    uint64_t unknown = 9;
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_catalogue *c = three_movies();
    test_text_file(path, folder, "tags.csv", "userId,movieId,tag\n7,2,new,1\n");
    assert_fails(recsys_catalogue_add_tags(c, path, &unknown, &err), RECSYS_E_PARSE, &err);
    assert_contains(err.text, "tags.csv:2: 4 fields, expected 3");
    test_text_file(path, folder, "tags.csv", "userId,movieId,tag\n7,2,new\n7,,new\n");
    assert_fails(recsys_catalogue_add_tags(c, path, &unknown, &err), RECSYS_E_PARSE, &err);
    assert_contains(err.text, "tags.csv:3: movie id: value \"\"");
    assert_fails(recsys_catalogue_add_links(c, path, &unknown, &err), RECSYS_E_PARSE, &err);
    assert_contains(err.text, "expected columns movieId and imdbId");
    assert_fails(recsys_catalogue_add_tags(NULL, path, NULL, &err), RECSYS_E_INVALID, &err);
    assert_fails(recsys_catalogue_add_links(c, NULL, NULL, &err), RECSYS_E_INVALID, &err);
    assert_int_equal(unknown, 9);
    assert_string_equal(movie(c, "1").tags, "old");
    assert_string_equal(movie(c, "2").tags, "");
    recsys_catalogue_destroy(c);
}

/* ---- the handle ------------------------------------------------------------------ */

static void movies_of_older_callers(void **state)
{
    (void)state;
    recsys_catalogue *c = read_text("old.csv", "movieId,title,genres\n1,A (1990),Drama\n");
    recsys_movie old = RECSYS_MOVIE_INIT;
    recsys_error err = RECSYS_ERROR_INIT;
    old.struct_size = offsetof(recsys_movie, genres);
    assert_ok(recsys_catalogue_get(c, "1", &old, &err), &err);
    assert_string_equal(old.title, "A");
    assert_string_equal(old.genres, "");
    assert_int_equal(old.struct_size, offsetof(recsys_movie, genres));
    old.struct_size = 0;
    assert_fails(recsys_catalogue_get(c, "1", &old, &err), RECSYS_E_INVALID, &err);
    recsys_catalogue *again = recsys_catalogue_retain(c);
    recsys_catalogue_destroy(c);
    check(again, "1", "A", 1990, "Drama");
    recsys_catalogue_destroy(again);
}

/* ---- out of memory --------------------------------------------------------------- */

static recsys_status read_all_kinds(recsys_runtime *runtime, void *data, recsys_error *err)
{
    static const char *const names[] = {"x.csv", "x.dat", "x.item", "x.jsonl"};
    char path[512];
    (void)data;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        recsys_catalogue *c = NULL;
        recsys_status status =
            recsys_catalogue_read(&c, runtime, test_path(path, folder, names[i]), NULL, err);
        if (status == RECSYS_OK)
            status =
                recsys_catalogue_add_tags(c, test_path(path, folder, "xtags.csv"), NULL, err);
        if (status == RECSYS_OK)
            status =
                recsys_catalogue_add_links(c, test_path(path, folder, "xlinks.csv"), NULL, err);
        recsys_catalogue_destroy(c);
        if (status != RECSYS_OK) return status;
    }
    return RECSYS_OK;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    char path[512];
    test_text_file(path, folder, "x.csv",
                   "movieId,title,genres\n2,\"A \"\"b\"\"\",C|D\n1,E,F\n");
    test_text_file(path, folder, "x.dat", "02::A::B\n1::C::D\n");
    test_text_file(path, folder, "x.item", "1|\xc0||||0|1|0|1|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n");
    test_text_file(
        path, folder, "x.jsonl",
        "{\"id\": 1, \"title\": \"\\u00e9\", \"cast\": [\"a\\n\"]}\n{\"id\": \"x\"}\n");
    test_text_file(path, folder, "xtags.csv", "movieId,tag\n1,a\n1,b\n2,c\n");
    test_text_file(path, folder, "xlinks.csv", "movieId,imdbId,tmdbId\n1,a,b\n1,c,d\n");
    assert_true(test_each_allocation(read_all_kinds, NULL, 1, 1) > 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_with_quotes_and_commas),
        cmocka_unit_test(csv_with_byte_order_mark_and_other_columns),
        cmocka_unit_test(years_at_the_end_of_titles),
        cmocka_unit_test(later_row_wins_and_ids_are_kept),
        cmocka_unit_test(dat_in_utf8_and_latin1),
        cmocka_unit_test(item_flags_in_order),
        cmocka_unit_test(json_lines),
        cmocka_unit_test(json_refused),
        cmocka_unit_test(text_refused),
        cmocka_unit_test(missing_file_and_arguments),
        cmocka_unit_test(bad_rows_are_skipped_up_to_a_cap),
        cmocka_unit_test(gzip_and_standard_input),
        cmocka_unit_test(tags_in_file_order),
        cmocka_unit_test(links_replace),
        cmocka_unit_test(failed_additions_change_nothing),
        cmocka_unit_test(movies_of_older_callers),
        cmocka_unit_test(each_allocation_may_fail),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
