#include "rank/search.h"

#include <string.h>

#include "base/error.h"
#include "base/heap.h"
#include "base/memory.h"
#include "models/tokens.h"

enum { MOST_WORDS = 16, WORD = 48, WHOLE = 0, BEGINNING = 1, ERROR = 3, NONE = 255 };

typedef struct words {
    char word[MOST_WORDS][WORD]; /* cut to WORD - 1 bytes */
    size_t count;
} words;

/* One-letter words count here, unlike in TF-IDF: "m", "x", "9". */
static void split(words *w, const char *text, size_t size)
{
    w->count = 0;
    for (size_t at = 0; at < size && w->count < MOST_WORDS;) {
        size_t from = at;
        while (at < size &&
               ((unsigned char)text[at] >= 0x80 || text[at] == '_' ||
                (text[at] >= '0' && text[at] <= '9') || (text[at] >= 'a' && text[at] <= 'z')))
            at++;
        size_t length = at - from < WORD - 1 ? at - from : WORD - 1;
        if (length > 0) {
            memcpy(w->word[w->count], text + from, length);
            w->word[w->count++][length] = '\0';
        }
        at += at == from;
    }
}

static size_t errors_allowed(size_t length)
{
    return length >= 8 ? 2 : length >= 4 ? 1 : 0;
}

/* How well a word that was typed stands for a word of the title; smaller is better. */
static unsigned distance(const char *typed, const char *title)
{
    size_t length = strlen(typed), allowed = errors_allowed(length);
    if (strncmp(title, typed, length) == 0) return title[length] == '\0' ? WHOLE : BEGINNING;
    if (allowed == 0) return NONE;
    size_t errors = rs_edit_distance(typed, title, allowed);
    return errors <= allowed ? ERROR * (unsigned)errors : NONE;
}

/* Sum over the typed words of their best match; NONE as soon as one has none. */
static unsigned match(const words *typed, const words *title)
{
    unsigned sum = 0;
    for (size_t i = 0; i < typed->count; i++) {
        unsigned best = NONE;
        for (size_t k = 0; k < title->count && best != WHOLE; k++) {
            unsigned here = distance(typed->word[i], title->word[k]);
            if (here < best) best = here;
        }
        if (best == NONE) return NONE;
        sum += best;
    }
    return sum < NONE ? sum : NONE - 1;
}

static int lower_words(words *w, rs_text *lower, const char *text, size_t size)
{
    lower->size = 0;
    rs_lower(lower, text, size);
    split(w, lower->data != NULL ? lower->data : "", lower->size);
    return !lower->failed;
}

/* Ahead: a smaller distance, then more raters where they are known, else fewer words; the heap
 * adds the smaller number. */
static uint64_t place_of(unsigned found, size_t length, const uint64_t *movie_ptr, size_t movie)
{
    const uint64_t most = (UINT64_C(1) << 48) - 1;
    if (movie_ptr == NULL) return (uint64_t)found << 48 | length;
    uint64_t raters = movie_ptr[movie + 1] - movie_ptr[movie];
    return (uint64_t)found << 48 | (most - (raters < most ? raters : most));
}

static recsys_status search(const rs_catalogue *catalogue, const uint64_t *movie_ptr,
                            const char *text, rs_text *lower, rs_heap *best, recsys_error *err)
{
    words typed, title;
    if (!lower_words(&typed, lower, text, strlen(text))) return rs_fail_memory(err, "search");
    for (size_t i = 0; typed.count > 0 && i < catalogue->count; i++) {
        if (!lower_words(&title, lower, rs_column_text(&catalogue->title, i),
                         rs_column_size(&catalogue->title, i)))
            return rs_fail_memory(err, "search");
        unsigned found = match(&typed, &title);
        if (found == NONE) continue;
        rs_heap_offer(best, (rs_keyed){place_of(found, title.count, movie_ptr, i), i});
    }
    return RECSYS_OK;
}

recsys_status rs_search(const rs_catalogue *catalogue, recsys_runtime *runtime,
                        const uint64_t *movie_ptr, const char *text, size_t limit,
                        size_t *movies, size_t *count, recsys_error *err)
{
    rs_text lower;
    rs_heap best = {.most = limit < catalogue->count ? limit : catalogue->count};
    rs_text_begin(&lower, runtime);
    best.items = rs_array(runtime, best.most, sizeof *best.items);
    if (best.items == NULL) return rs_fail_memory(err, "search");
    recsys_status status = search(catalogue, movie_ptr, text, &lower, &best, err);
    if (status == RECSYS_OK) {
        *count = rs_heap_sort(&best);
        for (size_t i = 0; i < *count; i++) movies[i] = (size_t)best.items[i].value;
    }
    rs_free(runtime, best.items);
    rs_text_free(&lower);
    return status;
}
