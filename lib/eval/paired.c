#include "eval/paired.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "data/idtable.h"

typedef struct pairing {
    rs_paired *paired;
    const recsys_report *const *reports; /* [systems][runs] */
    size_t systems, runs, users;         /* users: of any report */
    int at_gate;
    rs_id_table ids;
    const double **row; /* [systems][users] values in the run at hand, NULL: not there */
    uint32_t *count;    /* [users][RS_USER_METRICS] runs with a value of all systems */
} pairing;

static const recsys_report *report_of(const pairing *p, size_t system, size_t run)
{
    return p->reports[system * p->runs + run];
}

static uint32_t number_of(pairing *p, const recsys_report *report, size_t i)
{
    const char *id = rs_report_user(report, i);
    return rs_id_table_text(&p->ids, id, strlen(id));
}

static int number_users(pairing *p)
{
    for (size_t r = 0; r < p->systems * p->runs; r++)
        for (size_t i = 0; i < p->reports[r]->named; i++)
            if (number_of(p, p->reports[r], i) == RS_NO_ID) return 0;
    p->users = p->ids.count;
    return 1;
}

/* Rows of one report's users. Those of the gate are among those of the lists, in the same
 * order, but not all of them need be there. */
static void find_rows(pairing *p, size_t system, const recsys_report *report)
{
    const rs_scores *lists = &report->lists.scores, *gate = rs_report_gate_scores(report);
    const rs_scores *scores = p->at_gate ? gate : lists;
    size_t cut = p->at_gate ? rs_report_gate_scores_cut(report, RS_GATE_K) : report->told,
           j = 0;
    const double **row = p->row + system * p->users;
    memset((void *)row, 0, p->users * sizeof *row);
    for (size_t i = 0; i < report->named; i++) {
        size_t at = i;
        if (p->at_gate) {
            if (j == gate->users || gate->user[j] != lists->user[i]) continue;
            at = j++;
        }
        row[number_of(p, report, i)] =
            scores->value + (at * scores->cuts + cut) * RS_USER_METRICS;
    }
}

static int all_have(const pairing *p, size_t user, size_t metric)
{
    for (size_t s = 0; s < p->systems; s++) {
        const double *row = p->row[s * p->users + user];
        if (row == NULL || isnan(row[metric])) return 0;
    }
    return 1;
}

/* Add the run's values of the users that all systems have. */
static void add_run(pairing *p)
{
    for (size_t user = 0; user < p->users; user++) {
        for (size_t m = 0; m < RS_USER_METRICS; m++) {
            if (!all_have(p, user, m)) continue;
            p->count[user * RS_USER_METRICS + m]++;
            for (size_t s = 0; s < p->systems; s++)
                p->paired->value[(s * p->users + user) * RS_USER_METRICS + m] +=
                    p->row[s * p->users + user][m];
        }
    }
}

static int has_any(const uint32_t *count)
{
    uint32_t any = 0;
    for (size_t m = 0; m < RS_USER_METRICS; m++) any |= count[m];
    return any > 0;
}

/* Sums become means, and users without any value are closed up. */
static void close_up(pairing *p)
{
    double *value = p->paired->value;
    size_t kept = 0, cell = 0;
    for (size_t user = 0; user < p->users; user++)
        kept += (size_t)has_any(p->count + user * RS_USER_METRICS);
    for (size_t s = 0; s < p->systems; s++) {
        for (size_t user = 0; user < p->users; user++) {
            const uint32_t *count = p->count + user * RS_USER_METRICS;
            const double *sum = value + (s * p->users + user) * RS_USER_METRICS;
            if (!has_any(count)) continue;
            for (size_t m = 0; m < RS_USER_METRICS; m++)
                value[cell++] = count[m] > 0 ? sum[m] / count[m] : (double)NAN;
        }
    }
    p->paired->users = kept;
}

static int make_room(pairing *p)
{
    size_t rows, cells;
    recsys_runtime *r = p->paired->runtime;
    if (!rs_mul(p->systems, p->users, &rows) || !rs_mul(rows, RS_USER_METRICS, &cells))
        return 0;
    p->row = rs_array_zero(r, rows, sizeof *p->row);
    p->count = rs_array_zero(r, p->users, RS_USER_METRICS * sizeof *p->count);
    p->paired->value = rs_array_zero(r, cells, sizeof *p->paired->value);
    return p->row != NULL && p->count != NULL && p->paired->value != NULL;
}

recsys_status rs_paired_make(rs_paired *paired, recsys_runtime *runtime,
                             const recsys_report *const *reports, size_t systems, size_t runs,
                             int at_gate, recsys_error *err)
{
    pairing p = {.paired = paired,
                 .reports = reports,
                 .systems = systems,
                 .runs = runs,
                 .at_gate = at_gate};
    *paired = (rs_paired){.runtime = runtime, .systems = systems};
    rs_id_table_begin(&p.ids, runtime);
    int fine = number_users(&p) && make_room(&p);
    for (size_t run = 0; run < runs && fine; run++) {
        for (size_t s = 0; s < systems; s++) find_rows(&p, s, report_of(&p, s, run));
        add_run(&p);
    }
    if (fine) close_up(&p);
    rs_free(runtime, (void *)p.row);
    rs_free(runtime, p.count);
    rs_id_table_free(&p.ids);
    return fine ? RECSYS_OK : rs_fail_memory(err, "comparison");
}

void rs_paired_free(rs_paired *paired)
{
    rs_free(paired->runtime, paired->value);
    *paired = (rs_paired){.runtime = paired->runtime};
}
