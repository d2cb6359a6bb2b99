/* A handful of users with the lists of all systems side by side. */
#include <math.h>
#include <string.h>

#include "put.h"
#include "sections.h"

static const cJSON *first_example(const cli_report *view)
{
    for (size_t s = 0; s < view->count; s++) {
        const cJSON *found = cli_report_first(view->systems[s].report, "examples");
        if (found != NULL) return found;
    }
    return NULL;
}

static const cJSON *example_of(const cli_report_system *system, const char *user)
{
    return cli_report_find(system->report, "examples", "user", user);
}

/* Each report has the titles of the movies that it names. */
static const char *title_of(const cli_report *view, const char *movie)
{
    const char *title = NULL;
    for (size_t s = 0; s < view->count && title == NULL; s++)
        title = cli_report_text(cli_report_object(view->systems[s].report, "titles"), movie);
    return title;
}

static void put_title(cli_report *view, const char *movie)
{
    const char *title = title_of(view, movie);
    if (title == NULL) rs_text_add(view->out, "movie ");
    cli_report_put_html(view->out, title != NULL ? title : movie);
}

static int holds(const cJSON *example, const char *movie)
{
    const cJSON *item = cli_report_first(example, "relevant");
    for (; item != NULL; item = item->next) {
        const char *text = cJSON_GetStringValue(item);
        if (text != NULL && strcmp(text, movie) == 0) return 1;
    }
    return 0;
}

static size_t hits_of(const cJSON *example)
{
    const cJSON *item = cli_report_first(example, "list");
    size_t hits = 0;
    for (; item != NULL; item = item->next) {
        const char *movie = cJSON_GetStringValue(item);
        hits += movie != NULL && holds(example, movie);
    }
    return hits;
}

static void put_list(cli_report *view, size_t s, const cJSON *example)
{
    rs_text *out = view->out;
    const cJSON *item = cli_report_first(example, "list");
    size_t hits = hits_of(example);
    rs_text_printf(out, "<div class=\"list\"><h4><b class=\"s%zu\">%c</b> ", s + 1,
                   (int)('A' + s));
    cli_report_put_html(out, view->systems[s].label);
    rs_text_printf(out, " <small>%zu hit%s</small></h4>\n", hits, hits == 1 ? "" : "s");
    if (item == NULL) rs_text_add(out, "<p>no list</p>\n");
    if (item != NULL) rs_text_add(out, "<ol>\n");
    for (; item != NULL; item = item->next) {
        const char *movie = cJSON_GetStringValue(item);
        int hit = movie != NULL && holds(example, movie);
        if (movie == NULL) continue;
        rs_text_add(out, hit ? "<li class=\"hit\"><b>" : "<li>");
        put_title(view, movie);
        rs_text_add(out, hit ? "</b> <span>✔<i> hit</i></span></li>\n" : "</li>\n");
    }
    if (cli_report_first(example, "list") != NULL) rs_text_add(out, "</ol>\n");
    rs_text_add(out, "</div>\n");
}

static void put_liked(cli_report *view, const cJSON *example)
{
    const cJSON *item = cli_report_first(example, "relevant");
    int first = 1;
    rs_text_add(view->out, "<p>Liked in the test: ");
    for (; item != NULL; item = item->next) {
        const char *movie = cJSON_GetStringValue(item);
        if (movie == NULL) continue;
        rs_text_add(view->out, first ? "<em>" : ", <em>");
        put_title(view, movie);
        rs_text_add(view->out, "</em>");
        first = 0;
    }
    rs_text_add(view->out, first ? "nothing.</p>\n" : ".</p>\n");
}

static void put_example(cli_report *view, const cJSON *example, const char *user, int open)
{
    rs_text_printf(view->out, "<details%s><summary>User ", open ? " open" : "");
    cli_report_put_html(view->out, user);
    rs_text_add(view->out, "</summary>\n");
    put_liked(view, example);
    rs_text_add(view->out, "<div class=\"lists\">\n");
    for (size_t s = 0; s < view->count; s++) {
        const cJSON *same = example_of(&view->systems[s], user);
        if (same != NULL) put_list(view, s, same);
    }
    rs_text_add(view->out, "</div>\n</details>\n");
}

void cli_report_examples(cli_report *view)
{
    const cJSON *example = first_example(view);
    int open = 1;
    if (example == NULL) return;
    cli_report_open(view, "examples", "Some users and their lists");
    rs_text_add(view->out, "<p class=\"note\">A mark ✔ is a movie that the user turned out to "
                           "like. A movie without a mark was not rated in the test, or not "
                           "liked.");
    cli_report_first_run_note(view);
    rs_text_add(view->out, "</p>\n");
    for (; example != NULL; example = example->next) {
        const char *user = cli_report_text(example, "user");
        if (user == NULL) continue;
        put_example(view, example, user, open);
        open = 0;
    }
    cli_report_close(view);
}
