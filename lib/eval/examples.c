#include "eval/examples.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/heap.h"
#include "base/json.h"

enum { EXAMPLES = 5, MOST_SHOWN = 30 };

typedef struct showing {
    const recsys_report *report;
    const rs_material *material;
    rs_movie_id_fn movie_id;
    const void *context;
    const rs_catalogue *catalogue;
    rs_text examples, titles;
    uint32_t titled[EXAMPLES * MOST_SHOWN * 2]; /* movies whose title is there */
    size_t titles_count;
} showing;

static int is_titled(const showing *s, uint32_t movie)
{
    for (size_t i = 0; i < s->titles_count; i++)
        if (s->titled[i] == movie) return 1;
    return 0;
}

static void put_title(showing *s, uint32_t movie, rs_id_text id)
{
    if (s->catalogue == NULL || is_titled(s, movie)) return;
    size_t at = rs_ids_find(&s->catalogue->ids, id.data, id.size);
    if (at == SIZE_MAX || rs_column_size(&s->catalogue->title, at) == 0) return;
    if (s->titles_count > 0) rs_text_add(&s->titles, ",");
    rs_json_put_string(&s->titles, id.data, id.size);
    rs_text_add(&s->titles, ":");
    rs_json_put_string(&s->titles, rs_column_text(&s->catalogue->title, at),
                       rs_column_size(&s->catalogue->title, at));
    s->titled[s->titles_count++] = movie;
}

static void put_movie(showing *s, uint32_t movie, size_t shown)
{
    char digits[24];
    rs_id_text id = s->movie_id(s->context, movie, digits);
    if (shown > 0) rs_text_add(&s->examples, ",");
    rs_json_put_string(&s->examples, id.data, id.size);
    put_title(s, movie, id);
}

static void put_relevant(showing *s, uint32_t user)
{
    const rs_entries *judged = s->material->judged;
    size_t shown = 0;
    for (uint64_t i = judged->ptr[user]; i < judged->ptr[user + 1] && shown < MOST_SHOWN; i++)
        if (judged->value[i] >= s->report->least) put_movie(s, judged->movie[i], shown++);
}

static void put_list(showing *s, uint32_t user)
{
    const rs_entries *lists = s->material->lists;
    size_t k = s->report->lists.cut[s->report->told].k, size = rs_entries_of(lists, user);
    if (size > k) size = k;
    if (size > MOST_SHOWN) size = MOST_SHOWN;
    for (size_t i = 0; i < size; i++) put_movie(s, lists->movie[lists->ptr[user] + i], i);
}

static void put_example(showing *s, size_t i)
{
    const char *id = rs_report_user(s->report, i);
    uint32_t user = s->report->lists.scores.user[i];
    rs_text_add(&s->examples, "{\"user\":");
    rs_json_put_string(&s->examples, id, strlen(id));
    rs_text_add(&s->examples, ",\"relevant\":[");
    put_relevant(s, user);
    rs_text_add(&s->examples, "],\"list\":[");
    put_list(s, user);
    rs_text_add(&s->examples, "]}");
}

static int has_relevant(const showing *s, size_t i)
{
    const rs_entries *judged = s->material->judged;
    uint32_t user = s->report->lists.scores.user[i];
    for (uint64_t at = judged->ptr[user]; at < judged->ptr[user + 1]; at++)
        if (judged->value[at] >= s->report->least) return 1;
    return 0;
}

recsys_status rs_examples_add(recsys_report *report, const rs_material *material,
                              rs_movie_id_fn movie_id, const void *context,
                              const rs_catalogue *catalogue, recsys_error *err)
{
    rs_keyed drawn[EXAMPLES];
    rs_heap heap = {.items = drawn, .most = EXAMPLES};
    showing s = {.report = report,
                 .material = material,
                 .movie_id = movie_id,
                 .context = context,
                 .catalogue = catalogue};
    rs_text_begin(&s.examples, report->runtime);
    rs_text_begin(&s.titles, report->runtime);
    for (size_t i = 0; i < report->named; i++) {
        const char *id = rs_report_user(report, i);
        if (has_relevant(&s, i))
            rs_heap_offer(&heap, (rs_keyed){rs_hash64(id, strlen(id), 0), i});
    }
    size_t count = rs_heap_sort(&heap);
    for (size_t i = 0; i < count; i++) {
        if (i > 0) rs_text_add(&s.examples, ",");
        put_example(&s, (size_t)drawn[i].value);
    }
    report->examples = rs_text_take(&s.examples);
    report->titles = rs_text_take(&s.titles);
    int fine = report->examples != NULL && report->titles != NULL;
    return fine ? RECSYS_OK : rs_fail_memory(err, "recsys_evaluate");
}
