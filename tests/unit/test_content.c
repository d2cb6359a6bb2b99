/* Term vectors and similar movies: by hand, as scikit-learn says, and against brute force. */
#include "testing.h"

#include <recsys/catalogue.h>
#include <recsys/config.h>

#include "models/content.h"

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

/* ---- a fitted catalogue ---------------------------------------------------------- */

typedef struct fitted {
    recsys_catalogue *catalogue;
    rs_container parts;
    size_t movies;
    rs_terms terms;
    rs_similar similar;
} fitted;

static const void *part(const fitted *f, const char *name, size_t size, size_t *count)
{
    const rs_part *found = rs_container_find(&f->parts, name);
    assert_non_null(found);
    assert_int_equal(found->size % size, 0);
    *count = found->size / size;
    return found->data;
}

/* View the parts; their sizes must agree. */
static void view(fitted *f)
{
    size_t count, entries, pairs;
    f->terms.ptr = part(f, "terms.ptr", 8, &count);
    assert_int_equal(count, f->movies + 1);
    f->terms.term = part(f, "terms.term", 4, &entries);
    assert_int_equal(entries, f->terms.ptr[f->movies]);
    f->terms.weight = part(f, "terms.weight", 4, &entries);
    assert_int_equal(entries, f->terms.ptr[f->movies]);
    f->terms.names.offsets = part(f, "terms.name_offsets", 8, &count);
    f->terms.count = count - 1;
    f->terms.names.bytes = part(f, "terms.names", 1, &entries);
    assert_int_equal(entries, f->terms.names.offsets[count - 1]);
    f->similar.ptr = part(f, "content.ptr", 8, &count);
    assert_int_equal(count, f->movies + 1);
    f->similar.movie = part(f, "content.movie", 4, &pairs);
    assert_int_equal(pairs, f->similar.ptr[f->movies]);
    f->similar.similarity = part(f, "content.similarity", 4, &pairs);
    assert_int_equal(pairs, f->similar.ptr[f->movies]);
}

static recsys_catalogue *read_catalogue(const char *text)
{
    char path[512];
    recsys_catalogue *catalogue = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    test_text_file(path, folder, "movies", text);
    assert_ok(recsys_catalogue_read(&catalogue, NULL, path, NULL, &err), &err);
    return catalogue;
}

static void fit(fitted *f, const char *text, const recsys_config *config, size_t threads)
{
    recsys_error err = RECSYS_ERROR_INIT;
    memset(f, 0, sizeof *f);
    f->catalogue = read_catalogue(text);
    f->movies = recsys_catalogue_count(f->catalogue);
    f->catalogue->runtime->threads = threads;
    rs_container_begin(&f->parts, f->catalogue->runtime, "model");
    assert_ok(rs_content_fit(&f->catalogue->view, config, f->catalogue->runtime, &f->parts,
                             NULL, &err),
              &err);
    view(f);
}

static void done(fitted *f)
{
    rs_container_close(&f->parts);
    recsys_catalogue_destroy(f->catalogue);
}

static recsys_config *config_of(const char *const *settings)
{
    recsys_config *config = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    char key[128];
    assert_ok(recsys_config_create(&config, NULL, &err), &err);
    for (; *settings != NULL; settings += 2) {
        snprintf(key, sizeof key, "model.content_based.%s", settings[0]);
        assert_ok(recsys_config_set(config, key, settings[1], &err), &err);
    }
    return config;
}

static size_t term_number(const fitted *f, const char *name)
{
    for (size_t i = 0; i < f->terms.count; i++)
        if (strcmp(rs_column_text(&f->terms.names, i), name) == 0) return i;
    return SIZE_MAX;
}

/* Weight of a term in a movie; 0 if it has none. */
static double weight(const fitted *f, size_t movie, const char *name)
{
    size_t term = term_number(f, name);
    for (uint64_t i = f->terms.ptr[movie]; i < f->terms.ptr[movie + 1]; i++)
        if (f->terms.term[i] == term) return (double)f->terms.weight[i];
    return 0;
}

/* ---- by hand --------------------------------------------------------------------- */

/* Three movies: comedy is in two of them, ln(4/3) + 1 = 1.2876820724517808; drama in one,
 * ln(4/2) + 1 = 1.6931471805599454. */
static void genres_by_hand(void **state)
{
    (void)state;
    static const char *const genres_alone[] = {"title_weight", "0", NULL};
    recsys_config *config = config_of(genres_alone);
    fitted f;
    fit(&f, "id,title,genres\n1,A,Comedy\n2,B,comedy|Drama\n3,C,\n", config, 1);
    assert_int_equal(f.terms.count, 2);
    assert_string_equal(rs_column_text(&f.terms.names, 0), "genre:comedy");
    assert_string_equal(rs_column_text(&f.terms.names, 1), "genre:drama");
    assert_near(weight(&f, 0, "genre:comedy"), 1, 1e-7);
    assert_near(weight(&f, 1, "genre:comedy"), 0.6053485081062916, 1e-7);
    assert_near(weight(&f, 1, "genre:drama"), 0.7959605415681653, 1e-7);
    assert_near(rs_terms_cosine(&f.terms, 0, 1), 0.6053485081062916, 1e-7);
    assert_true(rs_terms_cosine(&f.terms, 0, 2) == 0);
    assert_int_equal(f.similar.ptr[1], 1); /* 1: only 2; 2: only 1; 3: nothing */
    assert_int_equal(f.similar.ptr[3], 2);
    assert_int_equal(f.similar.movie[0], 1);
    assert_int_equal(f.similar.movie[1], 0);
    assert_near((double)f.similar.similarity[0], 0.6053485081062916, 1e-7);
    done(&f);
    recsys_config_destroy(config);
}

static void every_field_has_its_terms(void **state)
{
    (void)state;
    static const char *const terms[] = {
        "cast:tim allen", "cast:tom hanks", "decade:1990s", "genre:sci-fi", "tag:old toy",
        "tag:pixar",      "text:space",     "text:toys",    "title:story",  "title:toy"};
    fitted f;
    fit(&f,
        "{\"id\": 1, \"title\": \"The Toy Story (1995)\", \"genres\": [\"Sci-Fi\"],"
        " \"cast\": [\"Tom Hanks\", \"Tim Allen\"], \"overview\": \"Toys, and a space of "
        "toys.\","
        " \"tags\": [\"Pixar\", \"pixar\", \"Old toy\"]}",
        NULL, 1);
    assert_int_equal(f.terms.count, sizeof terms / sizeof *terms);
    for (size_t i = 0; i < f.terms.count; i++)
        assert_string_equal(rs_column_text(&f.terms.names, i), terms[i]);
    /* All are in the one movie; said twice counts twice. */
    assert_near(weight(&f, 0, "tag:pixar"), 2 * weight(&f, 0, "tag:old toy"), 1e-6);
    assert_near(weight(&f, 0, "text:toys"), 2 * weight(&f, 0, "text:space"), 1e-6);
    assert_near(weight(&f, 0, "decade:1990s"), weight(&f, 0, "cast:tom hanks"), 1e-6);
    assert_int_equal(f.similar.ptr[1], 0);
    done(&f);
}

static void movies_without_anything(void **state)
{
    (void)state;
    static const char *const nothing[] = {"genres_weight",
                                          "0",
                                          "title_weight",
                                          "0",
                                          "overview_weight",
                                          "0",
                                          "cast_weight",
                                          "0",
                                          "tags_weight",
                                          "0",
                                          "decade_weight",
                                          "0",
                                          NULL};
    recsys_config *config = config_of(nothing);
    fitted f;
    fit(&f, "id,title,genres\n1,A film (1990),Comedy\n2,A film (1990),Comedy\n", config, 2);
    assert_int_equal(f.terms.count, 0);
    assert_int_equal(f.similar.ptr[2], 0);
    done(&f);
    recsys_config_destroy(config);
    fit(&f, "id,title\n1,\n2,The\n", NULL, 2);
    assert_int_equal(f.terms.count, 0);
    done(&f);
}

static void equal_movies_by_id(void **state)
{
    (void)state;
    static const char *const two[] = {"top_n_similar_movies", "2", "title_weight", "0", NULL};
    recsys_config *config = config_of(two);
    fitted f;
    fit(&f, "id,title,genres\n1,A,X\n2,B,X\n3,C,X\n4,D,X\n5,E,Y\n", config, 1);
    static const uint32_t expected[] = {1, 2, 0, 2, 0, 1, 0, 1};
    assert_int_equal(f.similar.ptr[4], 8);
    assert_memory_equal(f.similar.movie, expected, sizeof expected);
    for (size_t i = 0; i < 8; i++) assert_near((double)f.similar.similarity[i], 1, 0);
    assert_int_equal(f.similar.ptr[5], 8);
    done(&f);
    recsys_config_destroy(config);
}

static void common_terms(void **state)
{
    (void)state;
    static const uint64_t ptr[] = {0, 5, 9, 9};
    static const uint32_t term[] = {0, 2, 3, 5, 8, 2, 3, 5, 7};
    static const float value[] = {.5f, .25f, .5f, .25f, .5f, .5f, .5f, .5f, .5f};
    const rs_terms terms = {.count = 9, .ptr = ptr, .term = term, .weight = value};
    uint32_t found[RS_COMMON_MOST + 1];
    assert_near(rs_terms_cosine(&terms, 0, 1), 0.5, 0);
    assert_int_equal(rs_terms_common(&terms, 0, 1, found, 3), 3);
    assert_int_equal(found[0], 3); /* .25, then .125 twice */
    assert_int_equal(found[1], 2);
    assert_int_equal(found[2], 5);
    assert_int_equal(rs_terms_common(&terms, 0, 1, found, 2), 2);
    assert_int_equal(found[1], 2);
    assert_int_equal(rs_terms_common(&terms, 1, 0, found, 100), 3);
    assert_int_equal(rs_terms_common(&terms, 0, 1, found, 0), 0);
    assert_int_equal(rs_terms_common(&terms, 0, 2, found, 4), 0);
    assert_near(rs_terms_cosine(&terms, 2, 2), 0, 0);
}

/* ---- as scikit-learn says -------------------------------------------------------- */

static void check_vector(FILE *file, const fitted *f, const char *header)
{
    char line[512];
    size_t movie, count;
    assert_int_equal(sscanf(header, "vector %zu %zu", &movie, &count), 2);
    assert_int_equal(f->terms.ptr[movie + 1] - f->terms.ptr[movie], count);
    for (size_t i = 0; i < count; i++) {
        double expected;
        int name = 0;
        assert_non_null(fgets(line, sizeof line, file));
        line[strcspn(line, "\n")] = '\0';
        assert_int_equal(sscanf(line, "%lf %n", &expected, &name), 1);
        uint64_t at = f->terms.ptr[movie] + i;
        assert_string_equal(rs_column_text(&f->terms.names, f->terms.term[at]), line + name);
        assert_near((double)f->terms.weight[at], expected, 1e-6);
    }
}

static void check_cosine(const fitted *f, const char *line)
{
    size_t a, b;
    double expected;
    assert_int_equal(sscanf(line, "cosine %zu %zu %lf", &a, &b, &expected), 3);
    assert_near(rs_terms_cosine(&f->terms, a, b), expected, 1e-6);
}

/* One case of the fixture: options, movies, then what they must give. Returns the number of
 * values compared. */
static size_t check_case(FILE *file)
{
    static char movies[65536];
    char line[2048], key[128], value[64];
    recsys_config *config = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    size_t compared = 0;
    fitted f;
    movies[0] = '\0';
    assert_ok(recsys_config_create(&config, NULL, &err), &err);
    while (fgets(line, sizeof line, file) != NULL && strncmp(line, "end", 3) != 0) {
        if (sscanf(line, "set %127s %63s", key, value) == 2) {
            assert_ok(recsys_config_set(config, key, value, &err), &err);
        } else if (strncmp(line, "movie ", 6) == 0) {
            strncat(movies, line + 6, sizeof movies - strlen(movies) - 1);
        } else {
            if (compared++ == 0) fit(&f, movies, config, 2);
            if (strncmp(line, "vector", 6) == 0)
                check_vector(file, &f, line);
            else
                check_cosine(&f, line);
        }
    }
    done(&f);
    recsys_config_destroy(config);
    return compared;
}

static void as_scikit_learn_says(void **state)
{
    (void)state;
    char line[4096];
    size_t cases = 0, compared = 0;
    FILE *file = fopen("tests/oracle/fixtures/tfidf.txt", "r");
    assert_non_null(file);
    while (fgets(line, sizeof line, file) != NULL) {
        if (strncmp(line, "case ", 5) != 0) continue;
        compared += check_case(file);
        cases++;
    }
    fclose(file);
    assert_int_equal(cases, 3);
    assert_int_equal(compared, 20 + 190 + 2 * (16 + 120));
}

/* ---- against brute force --------------------------------------------------------- */

/* Movies of words whose number k comes about 1/k as often as the first. */
static char *random_movies(uint64_t seed, size_t movies, size_t words)
{
    size_t room = movies * 400 + 64, used;
    char *text = malloc(room);
    assert_non_null(text);
    used = (size_t)snprintf(text, room, "id,overview,genres\n");
    for (size_t i = 0; i < movies; i++) {
        used += (size_t)snprintf(text + used, room - used, "%zu,", i);
        for (size_t n = test_below(&seed, 30); n > 0; n--) {
            size_t at = 1 + test_below(&seed, words), word = words / at;
            used += (size_t)snprintf(text + used, room - used, "w%zu ", word);
        }
        used += (size_t)snprintf(text + used, room - used, ",g%zu\n", test_below(&seed, 3));
    }
    return text;
}

static int before(double s, size_t a, double t, size_t b)
{
    return s > t || (s == t && a < b);
}

/* Movie i's list is the best `most` of all others, by rounded cosine and number. */
static void check_list(const fitted *f, size_t i, size_t most)
{
    uint64_t from = f->similar.ptr[i], to = f->similar.ptr[i + 1];
    size_t positive = 0, better = 0;
    double worst = 2;
    size_t last = 0;
    for (uint64_t k = from; k < to; k++) {
        double s = (double)f->similar.similarity[k];
        assert_true(s == (double)(float)rs_terms_cosine(&f->terms, i, f->similar.movie[k]));
        if (k > from) assert_true(before(worst, last, s, f->similar.movie[k]));
        worst = s;
        last = f->similar.movie[k];
    }
    for (size_t j = 0; j < f->movies; j++) {
        double s = (double)(float)rs_terms_cosine(&f->terms, i, j);
        if (j == i || !(s > 0)) continue;
        positive++;
        better += (size_t)before(s, j, worst, last);
    }
    assert_int_equal(to - from, positive < most ? positive : most);
    if (to > from) assert_int_equal(better, to - from - 1);
}

static void lists_are_the_best_there_are(void **state)
{
    (void)state;
    static const struct {
        const char *most;
        size_t movies, words;
    } cases[] = {{"10", 500, 400}, {"3", 400, 20}, {"50", 300, 3000}, {"1000", 60, 50}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const char *const settings[] = {"top_n_similar_movies", cases[k].most, NULL};
        recsys_config *config = config_of(settings);
        char *text = random_movies(k + 1, cases[k].movies, cases[k].words);
        fitted f;
        fit(&f, text, config, 2);
        assert_int_equal(f.movies, cases[k].movies);
        for (size_t i = 0; i < f.movies; i++)
            check_list(&f, i, (size_t)strtoul(cases[k].most, NULL, 10));
        done(&f);
        free(text);
        recsys_config_destroy(config);
    }
}

/* Movie 0 shares one rare word with 1 to 5 and nine frequent ones, whose lists are long, with
 * all from 6 on: those are more alike. */
static void frequent_words_can_decide(void **state)
{
    (void)state;
    static const char *const three[] = {"top_n_similar_movies", "3", NULL};
    recsys_config *config = config_of(three);
    char text[32768], line[128];
    fitted f;
    snprintf(text, sizeof text, "id,overview\n0,rare f1 f2 f3 f4 f5 f6 f7 f8 f9\n");
    for (int i = 1; i < 300; i++) {
        if (i < 6)
            snprintf(line, sizeof line, "%d,rare only%d\n", i, i);
        else
            snprintf(line, sizeof line, "%d,f1 f2 f3 f4 f5 f6 f7 f8 f9\n", i);
        strncat(text, line, sizeof text - strlen(text) - 1);
    }
    fit(&f, text, config, 1);
    assert_int_equal(f.movies, 300);
    for (uint32_t i = 0; i < 3; i++) assert_int_equal(f.similar.movie[i], 6 + i);
    for (size_t i = 0; i < f.movies; i++) check_list(&f, i, 3);
    done(&f);
    recsys_config_destroy(config);
}

static void same_bytes_for_any_number_of_threads(void **state)
{
    (void)state;
    static const size_t threads[] = {1, 2, 7};
    unsigned char hash[3][32];
    char *text = random_movies(9, 400, 200);
    for (size_t i = 0; i < 3; i++) {
        fitted f;
        fit(&f, text, NULL, threads[i]);
        rs_container_seal(&f.parts);
        memcpy(hash[i], f.parts.hash, 32);
        done(&f);
    }
    assert_memory_equal(hash[0], hash[1], 32);
    assert_memory_equal(hash[0], hash[2], 32);
    free(text);
}

/* ---- failing --------------------------------------------------------------------- */

static recsys_status fit_and_close(recsys_runtime *runtime, void *data, recsys_error *err)
{
    const recsys_catalogue *catalogue = data;
    rs_container parts;
    rs_container_begin(&parts, runtime, "model");
    recsys_status status = rs_content_fit(&catalogue->view, NULL, runtime, &parts, NULL, err);
    rs_container_close(&parts);
    return status;
}

static void each_allocation_may_fail(void **state)
{
    (void)state;
    char *text = random_movies(3, 70, 40);
    recsys_catalogue *catalogue = read_catalogue(text);
    assert_true(test_each_allocation(fit_and_close, catalogue, 1, 1) > 40);
    test_each_allocation(fit_and_close, catalogue, 2, 5);
    recsys_catalogue_destroy(catalogue);
    free(text);
}

typedef struct stopping {
    const char *stage;
    int calls;
} stopping;

static int stop_at(void *data, const char *stage, uint64_t at, uint64_t total)
{
    stopping *s = data;
    assert_true(at <= total);
    s->calls++;
    return strcmp(stage, s->stage) == 0;
}

static void progress_can_stop(void **state)
{
    (void)state;
    static const char *const stages[] = {"terms", "similar movies", "none"};
    char *text = random_movies(4, 200, 40);
    recsys_catalogue *catalogue = read_catalogue(text);
    recsys_runtime *runtime = catalogue->runtime;
    for (size_t i = 0; i < 3; i++) {
        stopping s = {stages[i], 0};
        recsys_progress progress = {stop_at, &s};
        recsys_error err = RECSYS_ERROR_INIT;
        rs_container parts;
        rs_container_begin(&parts, runtime, "model");
        recsys_status status =
            rs_content_fit(&catalogue->view, NULL, runtime, &parts, &progress, &err);
        assert_int_equal(status, i < 2 ? RECSYS_CANCELLED : RECSYS_OK);
        assert_true(s.calls > 0);
        rs_container_close(&parts);
    }
    recsys_catalogue_destroy(catalogue);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(genres_by_hand),
        cmocka_unit_test(every_field_has_its_terms),
        cmocka_unit_test(movies_without_anything),
        cmocka_unit_test(equal_movies_by_id),
        cmocka_unit_test(common_terms),
        cmocka_unit_test(as_scikit_learn_says),
        cmocka_unit_test(lists_are_the_best_there_are),
        cmocka_unit_test(frequent_words_can_decide),
        cmocka_unit_test(same_bytes_for_any_number_of_threads),
        cmocka_unit_test(each_allocation_may_fail),
        cmocka_unit_test(progress_can_stop),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
