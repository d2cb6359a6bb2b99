#include "reasons.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A list of neighbours is told as one line, similar movies one by one up to this number. */
enum { MOST_SIMILAR = 3, MOST_EXAMPLES = 3, MOST_LINES = 64 };

typedef struct line {
    double share;
    size_t order;
    int per_cent, is_rest; /* the latter: what is left of what other lines name */
    rs_text text;
} line;

typedef struct account {
    const recsys_model *model;
    recsys_runtime *memory;
    line lines[MOST_LINES];
    size_t count;
    double score;   /* of the item: all shares together */
    size_t similar; /* movies told one by one */
    struct {
        size_t count, common;
        double share, sum;
        rs_text examples;
    } people;
    struct {
        size_t count;
        double share;
        rs_text first;
    } others; /* similar movies that are not told one by one */
} account;

static line *new_line(account *a, double share)
{
    line *made = &a->lines[a->count];
    made->order = a->count++;
    made->share = share;
    rs_text_begin(&made->text, a->memory);
    return made;
}

/* ---- words ----------------------------------------------------------------------- */

static void put_movie_of(const account *a, const char *id, rs_text *out)
{
    size_t movie = recsys_model_find_movie(a->model, id);
    if (movie == SIZE_MAX)
        cli_put_clean(out, id);
    else
        cli_put_title(a->model, movie, out);
}

static const char *word_of(const char *term)
{
    const char *colon = strchr(term, ':');
    return colon == NULL ? term : colon + 1;
}

/* "genre:crime" -> "crime", "decade:1990" -> "the 1990s", "title:ring" -> "'ring' in the
 * title", anything else without its field. */
static void put_term(const char *term, rs_text *out)
{
    const char *word = word_of(term);
    size_t field = word == term ? 0 : (size_t)(word - term) - 1;
    if (field == 6 && memcmp(term, "decade", 6) == 0) {
        rs_text_add(out, "the ");
        cli_put_clean(out, word);
        if (word[0] != '\0' && word[strlen(word) - 1] != 's') rs_text_add(out, "s");
    } else if (field == 5 && memcmp(term, "title", 5) == 0) {
        rs_text_add(out, "'");
        cli_put_clean(out, word);
        rs_text_add(out, "' in the title");
    } else {
        cli_put_clean(out, word);
    }
}

/* A genre is often a tag too. */
static int said_before(const recsys_reason *reason, size_t i)
{
    for (size_t k = 0; k < i; k++)
        if (strcmp(word_of(reason->shared[k]), word_of(reason->shared[i])) == 0) return 1;
    return 0;
}

static void put_terms(const recsys_reason *reason, rs_text *out)
{
    size_t said = 0;
    for (size_t i = 0; i < reason->shared_count && said < MOST_EXAMPLES; i++) {
        if (said_before(reason, i)) continue;
        rs_text_add(out, said++ == 0 ? " (similar: " : ", ");
        put_term(reason->shared[i], out);
    }
    if (said > 0) rs_text_add(out, ")");
}

static void put_mean(double mean, rs_text *out)
{
    char number[64];
    rs_text_add(out, cli_fixed(number, mean, 1));
}

/* ---- taking reasons in ----------------------------------------------------------- */

static void take_neighbour(account *a, const recsys_reason *reason)
{
    /* Reasons come largest first, so the first neighbour serves as the example. */
    if (a->people.count++ == 0) {
        a->people.common = reason->common;
        for (size_t i = 0; i < reason->shared_count && i < MOST_EXAMPLES; i++) {
            if (i > 0) rs_text_add(&a->people.examples, ", ");
            put_movie_of(a, reason->shared[i], &a->people.examples);
        }
    }
    a->people.share += reason->share;
    a->people.sum += (double)reason->rating;
}

/* "Heat (1995) 5.0 (similar: crime, thriller)" */
static void put_similar(const account *a, const recsys_reason *reason, rs_text *out)
{
    put_movie_of(a, reason->movie_id, out);
    rs_text_add(out, " ");
    put_mean((double)reason->rating, out);
    put_terms(reason, out);
}

static void take_similar(account *a, const recsys_reason *reason)
{
    if (a->similar == MOST_SIMILAR || reason->share < 0.005 * a->score) {
        if (a->others.count++ == 0) put_similar(a, reason, &a->others.first);
        a->others.share += reason->share;
        return;
    }
    a->similar++;
    rs_text *out = &new_line(a, reason->share)->text;
    rs_text_add(out, "because you rated ");
    put_similar(a, reason, out);
}

static void take_popular(account *a, const recsys_reason *reason)
{
    char number[32];
    rs_text_printf(&new_line(a, reason->share)->text, "because it is popular: %s %s rated it",
                   cli_count(number, reason->raters),
                   reason->raters == 1 ? "person" : "people");
}

static void take_quality(account *a, const recsys_reason *reason)
{
    rs_text *out = &new_line(a, reason->share)->text;
    if (reason->raters == 0) {
        rs_text_add(out, "nobody has rated it yet");
        return;
    }
    rs_text_add(out, "because people liked it: ");
    put_mean(reason->mean, out);
    rs_text_add(out, " on average of ");
    cli_put_count(out, reason->raters, "rating");
}

static int take_reason(void *user_data, const recsys_reason *reason)
{
    account *a = user_data;
    if (a->count + 2 >= MOST_LINES) return 1; /* two are for what is told in sum */
    switch (reason->kind) {
    case RECSYS_REASON_NEIGHBOUR: take_neighbour(a, reason); break;
    case RECSYS_REASON_SIMILAR: take_similar(a, reason); break;
    case RECSYS_REASON_POPULAR: take_popular(a, reason); break;
    case RECSYS_REASON_QUALITY: take_quality(a, reason); break;
    }
    return 0;
}

static void tell_people(account *a)
{
    char number[32];
    if (a->people.count == 0) return;
    rs_text *out = &new_line(a, a->people.share)->text;
    if (a->people.count == 1)
        rs_text_add(out, "because someone with your taste rated it ");
    else
        rs_text_printf(out, "because %s people with your taste rated it ",
                       cli_count(number, a->people.count));
    put_mean(a->people.sum / (double)a->people.count, out);
    if (a->people.count > 1) rs_text_add(out, " on average");
    if (a->people.examples.size == 0) return;
    rs_text_printf(out, "; %s rated ", a->people.count == 1 ? "they" : "one of them");
    if (a->people.common > 1)
        rs_text_printf(out, "%s movies that you rated, such as ",
                       cli_count(number, a->people.common));
    rs_text_add(out, a->people.examples.data);
    if (a->people.common == 1) rs_text_add(out, " as you did");
}

static void tell_others(account *a)
{
    size_t count = a->others.count;
    if (count == 0) return;
    line *rest = new_line(a, a->others.share);
    rs_text *out = &rest->text;
    rest->is_rest = a->similar > 0;
    rs_text_add(out, "because you rated ");
    if (a->similar == 0 && a->others.first.data != NULL) {
        rs_text_add(out, a->others.first.data);
        if (--count == 0) return;
        rs_text_add(out, " and ");
    }
    cli_put_count(out, count, "more similar movie");
}

/* ---- shares ---------------------------------------------------------------------- */

/* The rest last, however large it is. */
static int largest_first(const void *a, const void *b)
{
    const line *x = a, *y = b;
    if (x->is_rest != y->is_rest) return x->is_rest - y->is_rest;
    if (x->share != y->share) return x->share > y->share ? -1 : 1;
    return x->order < y->order ? -1 : 1;
}

/* Whole per cents that add up to 100: rounded down, then the largest remainders up. */
static void share_out(account *a)
{
    double total = 0, rest[MOST_LINES];
    int left = 100;
    for (size_t i = 0; i < a->count; i++) total += a->lines[i].share;
    if (!(total > 0)) return;
    for (size_t i = 0; i < a->count; i++) {
        double exact = a->lines[i].share / total * 100;
        a->lines[i].per_cent = (int)floor(exact);
        rest[i] = exact - floor(exact);
        left -= a->lines[i].per_cent;
    }
    for (; left > 0; left--) {
        size_t best = 0;
        for (size_t i = 1; i < a->count; i++)
            if (rest[i] > rest[best]) best = i;
        a->lines[best].per_cent++;
        rest[best] = -1;
    }
}

static void put_lines(account *a, size_t indent, rs_text *out)
{
    qsort(a->lines, a->count, sizeof *a->lines, largest_first);
    share_out(a);
    for (size_t i = 0; i < a->count; i++) {
        if (a->lines[i].per_cent == 0 && i > 0) continue;
        rs_text_printf(out, "%*s%3d %%  ", (int)indent, "", a->lines[i].per_cent);
        rs_text_add(&a->lines[i].text, "");
        if (a->lines[i].text.failed)
            out->failed = 1;
        else
            cli_put_wrapped(out, a->lines[i].text.data, indent + 7, indent + 7,
                            cli_page_width());
        rs_text_add(out, "\n");
    }
}

int cli_put_reasons(cli_session *session, const recsys_model *model, const recsys_result *list,
                    size_t i, size_t indent, rs_text *out)
{
    account a = {
        .model = model, .memory = session->memory, .score = recsys_result_score(list, i)};
    rs_text_begin(&a.people.examples, session->memory);
    rs_text_begin(&a.others.first, session->memory);
    int outcome = CLI_GO_ON;
    if (recsys_result_explain(list, i, take_reason, &a, &session->err) != RECSYS_OK)
        outcome = cli_failed(session);
    tell_people(&a);
    tell_others(&a);
    if (outcome == CLI_GO_ON) put_lines(&a, indent, out);
    for (size_t k = 0; k < a.count; k++) rs_text_free(&a.lines[k].text);
    rs_text_free(&a.people.examples);
    rs_text_free(&a.others.first);
    return outcome;
}

/* ---- JSON ------------------------------------------------------------------------ */

static const char *kind_name(recsys_reason_kind kind)
{
    switch (kind) {
    case RECSYS_REASON_NEIGHBOUR: return "neighbour";
    case RECSYS_REASON_SIMILAR: return "similar";
    case RECSYS_REASON_POPULAR: return "popular";
    case RECSYS_REASON_QUALITY: return "quality";
    }
    return "other";
}

static int put_json(void *user_data, const recsys_reason *reason)
{
    cli_json *json = user_data;
    int neighbour = reason->kind == RECSYS_REASON_NEIGHBOUR;
    cli_json_object(json, NULL);
    cli_json_text(json, "kind", kind_name(reason->kind));
    cli_json_text(json, "source", reason->source);
    cli_json_real(json, "share", reason->share);
    if (reason->user_id != NULL) cli_json_text(json, "user", reason->user_id);
    if (reason->movie_id != NULL) cli_json_text(json, "movie", reason->movie_id);
    if (neighbour || reason->kind == RECSYS_REASON_SIMILAR) {
        cli_json_real(json, "similarity", reason->similarity);
        cli_json_float(json, "rating", reason->rating);
        if (neighbour) cli_json_count(json, "common", reason->common);
        cli_json_array(json, neighbour ? "shared" : "terms");
        for (size_t i = 0; i < reason->shared_count; i++)
            cli_json_text(json, NULL, reason->shared[i]);
        cli_json_close(json, ']');
    } else {
        cli_json_count(json, "raters", reason->raters);
        if (reason->kind == RECSYS_REASON_QUALITY) cli_json_real(json, "mean", reason->mean);
    }
    cli_json_close(json, '}');
    return 0;
}

int cli_json_reasons(cli_session *session, const recsys_result *list, size_t i, cli_json *json)
{
    cli_json_array(json, "reasons");
    recsys_status status = recsys_result_explain(list, i, put_json, json, &session->err);
    cli_json_close(json, ']');
    return status == RECSYS_OK ? CLI_GO_ON : cli_failed(session);
}
