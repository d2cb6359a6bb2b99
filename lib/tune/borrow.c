#include "tune/borrow.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"
#include "models/source.h"

/* ---- what belongs to a source ---------------------------------------------------- */

/* Where the names are not those of the source. */
static const struct {
    const char *section, *more_parts;
} names[RS_SOURCES] = {
    [RS_USER_CF] = {"model.collaborative_filtering.", "spare."},
    [RS_CONTENT] = {"model.content_based.", "terms."},
};

static int begins(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

/* Discounts are applied when scores are made, not learned. */
static int is_learned(const recsys_option *option)
{
    const char *last = strrchr(option->key, '.');
    return option->stage == RECSYS_STAGE_FIT && strcmp(last, ".popularity_discount") != 0;
}

static int same_options(size_t source, const recsys_config *a, const recsys_config *b)
{
    char section[64];
    snprintf(section, sizeof section, "model.%s.", rs_source_names[source]);
    const char *prefix = names[source].section != NULL ? names[source].section : section;
    for (size_t i = 0; i < rs_option_count(NULL); i++) {
        const recsys_option *option = rs_option_at(NULL, i);
        int matters = begins(option->key, prefix) ||
                      (rs_is_learned(source) && begins(option->key, "model.ratings."));
        if (!matters || !is_learned(option)) continue;
        if (strcmp(rs_config_text(a, option->key), rs_config_text(b, option->key)) != 0)
            return 0;
    }
    return 1;
}

static int is_part_of(size_t source, const char *part)
{
    char prefix[RS_PART_NAME];
    rs_list_part(prefix, source, ".");
    return begins(part, prefix) ||
           (names[source].more_parts != NULL && begins(part, names[source].more_parts));
}

/* ---- copying --------------------------------------------------------------------- */

/* *copied: how many there are; none of a source that is switched off. */
static recsys_status copy_parts(recsys_model *model, size_t source, const recsys_model *from,
                                size_t *copied, recsys_error *err)
{
    recsys_status status = RECSYS_OK;
    *copied = 0;
    for (size_t i = 0; i < from->parts.count && status == RECSYS_OK; i++) {
        const rs_part *part = &from->parts.parts[i];
        if (!is_part_of(source, part->name)) continue;
        ++*copied;
        void *copy = rs_array_copy(model->runtime, part->data, part->size, 1);
        if (copy == NULL) return rs_fail_memory(err, "recsys_tuning_step");
        status = rs_container_add(&model->parts, part->name, part->required, copy, part->size,
                                  copy, err);
    }
    return status;
}

static const rs_lender *find_lender(const rs_borrowing *b, size_t source,
                                    const recsys_config *config)
{
    for (size_t i = 0; b != NULL && i < b->count; i++)
        if (same_options(source, b->lenders[i].config, config)) return &b->lenders[i];
    return NULL;
}

static double now(const rs_borrowing *b)
{
    return b != NULL && b->clock != NULL ? b->clock(b->clock_data) : 0;
}

recsys_status rs_fit_source(recsys_model *model, size_t source, const recsys_config *config,
                            rs_borrowing *b, const recsys_progress *progress, recsys_error *err)
{
    const rs_lender *lender = find_lender(b, source, config);
    if (lender != NULL) {
        size_t parts;
        recsys_status status = copy_parts(model, source, lender->model, &parts, err);
        b->seconds[source] = lender->seconds[source];
        b->saved += lender->seconds[source];
        b->copied += parts > 0;
        return status;
    }
    double began = now(b);
    recsys_status status = rs_sources[source]->fit(model, config, progress, err);
    if (b != NULL) b->seconds[source] = now(b) - began;
    return status;
}
