#include "view.h"

#include <math.h>
#include <string.h>

#include "put.h"

static const double MOST = 1e15;

static const cJSON *member(const cJSON *object, const char *name)
{
    return cJSON_IsObject(object) ? cJSON_GetObjectItemCaseSensitive(object, name) : NULL;
}

double cli_report_number(const cJSON *item)
{
    double value = item != NULL && cJSON_IsNumber(item) ? item->valuedouble : (double)NAN;
    return fabs(value) <= MOST ? value : (double)NAN;
}

double cli_report_real(const cJSON *object, const char *name)
{
    return cli_report_number(member(object, name));
}

const char *cli_report_text(const cJSON *object, const char *name)
{
    return cJSON_GetStringValue(member(object, name));
}

const cJSON *cli_report_object(const cJSON *object, const char *name)
{
    const cJSON *item = member(object, name);
    return cJSON_IsObject(item) ? item : NULL;
}

const cJSON *cli_report_array(const cJSON *object, const char *name)
{
    const cJSON *item = member(object, name);
    return cJSON_IsArray(item) ? item : NULL;
}

const cJSON *cli_report_first(const cJSON *object, const char *name)
{
    const cJSON *array = cli_report_array(object, name);
    return array == NULL ? NULL : array->child;
}

int cli_report_flag(const cJSON *object, const char *name)
{
    const cJSON *item = member(object, name);
    return cJSON_IsBool(item) ? cJSON_IsTrue(item) != 0 : -1;
}

const cJSON *cli_report_find(const cJSON *object, const char *list, const char *name,
                             const char *wanted)
{
    const cJSON *item = cli_report_first(object, list);
    for (; item != NULL && wanted != NULL; item = item->next) {
        const char *text = cli_report_text(item, name);
        if (text != NULL && strcmp(text, wanted) == 0) return item;
    }
    return NULL;
}

cli_estimate cli_report_estimate(const cJSON *scope, const char *metric)
{
    const cJSON *intervals = cli_report_object(scope, "intervals");
    const cJSON *nested = cli_report_object(intervals, "metrics");
    const cJSON *low = cli_report_first(nested != NULL ? nested : intervals, metric);
    cli_estimate estimate = {cli_report_real(cli_report_object(scope, "metrics"), metric),
                             cli_report_number(low),
                             cli_report_number(low == NULL ? NULL : low->next)};
    if (!(estimate.low <= estimate.high)) estimate.low = estimate.high = (double)NAN;
    return estimate;
}

/* ---- systems --------------------------------------------------------------------- */

static cli_report_system system_of(const cJSON *json)
{
    cli_report_system system = {.json = json};
    const cJSON *run = cli_report_first(json, "runs");
    system.name = cli_report_text(json, "name");
    system.role = cli_report_text(json, "role");
    system.kind = cli_report_text(json, "kind");
    if (system.name == NULL) system.name = "unnamed";
    if (system.kind == NULL) system.kind = "";
    if (system.role == NULL) system.role = "";
    system.report = cli_report_object(run, "report");
    for (; run != NULL; run = run->next) system.runs++;
    return system;
}

static const char *without_folders(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL && slash[1] != '\0' ? slash + 1 : name;
}

/* Two systems of the same file name keep their folders. */
static const char *label_of(const cli_report *view, size_t system)
{
    const char *label = without_folders(view->systems[system].name);
    for (size_t s = 0; s < view->count; s++)
        if (s != system && strcmp(without_folders(view->systems[s].name), label) == 0)
            return view->systems[system].name;
    return label;
}

void cli_report_view(cli_report *view, const cJSON *evaluation, rs_text *out)
{
    *view = (cli_report){.json = evaluation, .out = out};
    const cJSON *system = cli_report_first(evaluation, "systems");
    for (; system != NULL; system = system->next) {
        if (!cJSON_IsObject(system)) continue;
        if (view->count < CLI_REPORT_SYSTEMS)
            view->systems[view->count++] = system_of(system);
        else
            view->left_out++;
    }
    for (size_t s = 0; s < view->count; s++) view->systems[s].label = label_of(view, s);
}

double cli_report_mean(const cli_report_system *system, const char *metric)
{
    double mean = cli_report_real(cli_report_object(system->json, "mean"), metric);
    return isnan(mean) ? cli_report_estimate(system->report, metric).value : mean;
}

cli_shown cli_report_shown(const cli_report_system *system, const char *metric)
{
    cli_estimate e = cli_report_estimate(system->report, metric);
    if (system->runs == 1)
        return (cli_shown){cli_report_mean(system, metric), e.low, e.high, (double)NAN};
    return (cli_shown){cli_report_mean(system, metric), (double)NAN, (double)NAN,
                       cli_report_real(cli_report_object(system->json, "sd"), metric)};
}

size_t cli_report_runs(const cli_report *view)
{
    return view->count > 0 ? view->systems[0].runs : 0;
}

const cJSON *cli_report_metrics(const cli_report *view)
{
    for (size_t s = 0; s < view->count; s++) {
        const cJSON *metrics = cli_report_object(view->systems[s].report, "metrics");
        if (metrics == NULL) metrics = cli_report_object(view->systems[s].json, "mean");
        if (metrics != NULL && metrics->child != NULL) return metrics->child;
    }
    return NULL;
}

int cli_report_has_metric(const cli_report *view, const char *metric)
{
    for (size_t s = 0; s < view->count; s++)
        if (!isnan(cli_report_mean(&view->systems[s], metric))) return 1;
    return 0;
}

double cli_report_k(const cli_report *view)
{
    return view->count > 0 ? cli_report_real(view->systems[0].report, "k") : (double)NAN;
}

void cli_report_command(const cli_report *view, rs_text *command)
{
    const cJSON *word = cli_report_first(view->json, "command");
    for (int first = 1; word != NULL; word = word->next) {
        const char *text = cJSON_GetStringValue(word);
        if (text == NULL) continue;
        if (!first) rs_text_add(command, " ");
        cli_report_put_shell(command, text);
        first = 0;
    }
}
