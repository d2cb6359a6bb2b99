#include "manifest.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "blas.h"
#include "table.h"

cJSON *cli_manifest_parse(const cli_session *session, const char *what, const char *text,
                          size_t size)
{
    size_t offset = 0;
    const char *problem = rs_json_check(session->memory, text, size, &offset);
    if (problem != NULL) {
        cli_error(session->program, "%s: not JSON at byte %zu: %s", what, offset, problem);
        return NULL;
    }
    cJSON *json = cJSON_ParseWithLength(text, size);
    if (json == NULL) cli_error(session->program, "%s: cannot be read", what);
    return json;
}

const cJSON *cli_manifest_at(const cJSON *json, const char *path)
{
    char name[64];
    while (json != NULL && *path != '\0') {
        size_t size = strcspn(path, ".");
        snprintf(name, sizeof name, "%.*s", (int)size, path);
        json = cJSON_GetObjectItemCaseSensitive(json, name);
        path += size + (path[size] == '.');
    }
    return json;
}

const char *cli_manifest_text(const cJSON *json, const char *path)
{
    const char *text = cJSON_GetStringValue(cli_manifest_at(json, path));
    return text != NULL ? text : "";
}

double cli_manifest_real(const cJSON *json, const char *path)
{
    return cJSON_GetNumberValue(cli_manifest_at(json, path));
}

static void put_scores(const cJSON *manifest, int indent, rs_text *out)
{
    static const char *const kinds[] = {"calibrated", "minmax", "rrf"};
    double users = cli_manifest_real(manifest, "fusion.validation_users");
    char path[64], number[64];
    size_t shown = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds && users > 0; i++) {
        snprintf(path, sizeof path, "fusion.ndcg_%s", kinds[i]);
        double ndcg = cli_manifest_real(manifest, path);
        if (isnan(ndcg)) continue;
        if (shown++ == 0) {
            rs_text_printf(out, "%*sNDCG@10 on ", indent, "");
            cli_put_count(out, (uint64_t)users, "validation user");
        }
        rs_text_add(out, shown == 1 ? ": " : ", ");
        rs_text_printf(out, "%s %s", kinds[i], cli_fixed(number, ndcg, 4));
    }
    if (shown > 0) rs_text_add(out, "\n");
}

/* How the collaborative sources share their weight, where there are several. */
static void put_shares(const cJSON *manifest, int indent, rs_text *out)
{
    const cJSON *item, *shares = cli_manifest_at(manifest, "fusion.shares");
    char number[64];
    size_t shown = 0;
    if (cJSON_GetArraySize(shares) < 2) return;
    cJSON_ArrayForEach(item, shares)
    {
        if (shown++ == 0)
            rs_text_printf(out, "%*scollaborative filtering: ", indent, "");
        else
            rs_text_add(out, ", ");
        cli_put_clean(out, item->string);
        rs_text_printf(out, " %s", cli_fixed(number, item->valuedouble, 2));
    }
    rs_text_add(out, "\n");
}

/* A line of numbers by name. */
static void put_weights(const cJSON *weights, const char *what, int indent, rs_text *out)
{
    const cJSON *item;
    char number[64];
    rs_text_printf(out, "%*s%s: ", indent, "", what);
    cJSON_ArrayForEach(item, weights)
    {
        if (item != weights->child) rs_text_add(out, ", ");
        cli_put_clean(out, item->string);
        rs_text_printf(out, " %s", cli_fixed(number, item->valuedouble, 2));
    }
    rs_text_add(out, "\n");
}

/* What the fusion "learned" is, how it ranked beside the alternatives, and its weights. */
static void put_learned(const cJSON *manifest, int indent, rs_text *out)
{
    const char *use = cli_manifest_text(manifest, "fusion.learned.use");
    const char *single = cli_manifest_text(manifest, "fusion.learned.single");
    char number[64];
    if (use[0] == '\0') return;
    rs_text_printf(out, "%*slearned fusion: ", indent, "");
    if (strcmp(use, "single") == 0)
        cli_put_clean(out, single);
    else
        rs_text_add(out, strcmp(use, "ranker") == 0 ? "ranker" : "as auto");
    rs_text_printf(
        out, " (NDCG@10 ranker %s, ",
        cli_fixed(number, cli_manifest_real(manifest, "fusion.learned.ndcg_ranker"), 4));
    cli_put_clean(out, single);
    rs_text_printf(
        out, " %s, ",
        cli_fixed(number, cli_manifest_real(manifest, "fusion.learned.ndcg_single"), 4));
    rs_text_printf(
        out, "auto %s)\n",
        cli_fixed(number, cli_manifest_real(manifest, "fusion.learned.ndcg_blend"), 4));
    put_weights(cli_manifest_at(manifest, "fusion.learned.weights"), "ranker", indent, out);
    put_weights(cli_manifest_at(manifest, "fusion.learned.movie_weights"), "movies", indent,
                out);
}

void cli_put_fusion(const cJSON *manifest, const char *wanted, int indent, rs_text *out)
{
    const char *chosen = cli_manifest_text(manifest, "fusion.chosen");
    int automatic = strcmp(wanted, "auto") == 0;
    if (automatic && chosen[0] == '\0') return;
    rs_text_printf(out, "%*sfusion ", indent, "");
    cli_put_clean(out, automatic ? chosen : wanted);
    rs_text_add(out, automatic ? ", chosen in training\n" : ", as set\n");
    put_scores(manifest, indent, out);
    put_shares(manifest, indent, out);
    put_learned(manifest, indent, out);
}

void cli_put_ease(const cJSON *manifest, int indent, rs_text *out)
{
    char kept[64];
    if (cli_manifest_at(manifest, "ease") == NULL) return;
    const char *core = cli_manifest_text(manifest, "ease.blas_core");
    const char *better = cli_blas_better(core);
    rs_text_printf(out, "%*sEASE of ", indent, "");
    cli_put_count(out, (uint64_t)cli_manifest_real(manifest, "ease.movies"), "movie");
    rs_text_printf(out, ", %s %% of the weights kept, BLAS core ",
                   cli_fixed(kept, 100 * cli_manifest_real(manifest, "ease.weights_kept"), 1));
    cli_put_clean(out, core);
    rs_text_add(out, "\n");
    if (better != NULL)
        rs_text_printf(out,
                       "%*sThat core is far below this processor: set OPENBLAS_CORETYPE=%s\n",
                       indent, "", better);
}

void cli_put_ials(const cJSON *manifest, int indent, rs_text *out)
{
    char loss[64];
    if (cli_manifest_at(manifest, "ials") == NULL) return;
    rs_text_printf(out, "%*siALS of ", indent, "");
    cli_put_count(out, (uint64_t)cli_manifest_real(manifest, "ials.factors"), "factor");
    rs_text_add(out, ", ");
    cli_put_count(out, (uint64_t)cli_manifest_real(manifest, "ials.iterations"), "iteration");
    rs_text_printf(out, ", loss %s\n",
                   cli_fixed(loss, cli_manifest_real(manifest, "ials.loss"), 1));
}

void cli_put_stale(const cJSON *manifest, int indent, rs_text *out)
{
    const cJSON *item, *stale = cli_manifest_at(manifest, "stale");
    if (cJSON_GetArraySize(stale) == 0) return;
    rs_text_printf(out, "%*s", indent, "");
    cJSON_ArrayForEach(item, stale)
    {
        const char *name = cJSON_GetStringValue(item);
        if (item != stale->child) rs_text_add(out, ", ");
        cli_put_clean(out, name != NULL ? name : "?");
    }
    rs_text_add(out, " stale: kept from before an update\n");
}

/* ---- config ---------------------------------------------------------------------- */

recsys_config *cli_model_config(cli_session *session, const char *path,
                                const recsys_model *model)
{
    recsys_config *config = NULL;
    const char *yaml = recsys_model_config(model);
    recsys_error *err = &session->err;
    if (recsys_config_create(&config, session->runtime, err) == RECSYS_OK &&
        recsys_config_load_text(config, yaml, strlen(yaml), path, err) == RECSYS_OK)
        return config;
    cli_note(session, "the config is not understood: %s", err->text);
    recsys_config_destroy(config);
    return NULL;
}

const char *cli_config_fusion(const recsys_config *config)
{
    return config == NULL ? "auto" : recsys_config_get(config, "model.hybrid.fusion");
}
