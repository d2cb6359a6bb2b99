/* Reports whose users and values are put in by hand. */
#ifndef RS_REPORTS_TESTING_H
#define RS_REPORTS_TESTING_H

#include "configs_testing.h"
#include "numbers_testing.h"
#include "runtime_testing.h"

#include <recsys/recsys.h>

#include "base/error.h"
#include "base/memory.h"
#include "eval/report.h"

typedef struct test_user {
    char id[16];
    double value[RS_USER_METRICS];
} test_user;

/* What every other cut-off has: whoever looks there is found out. */
enum { TEST_ELSEWHERE = -7 };

static inline recsys_status test_fill_scores(rs_scored *scored, size_t cut,
                                             const test_user *users, size_t count,
                                             recsys_error *err)
{
    rs_scores *s = &scored->scores;
    s->cuts = scored->cuts;
    s->users = count;
    s->user = rs_array(s->runtime, count, sizeof *s->user);
    s->value = rs_array(s->runtime, count * s->cuts, RS_USER_METRICS * sizeof *s->value);
    if (s->user == NULL || s->value == NULL) return rs_fail_memory(err, "a report");
    for (size_t i = 0; i < count; i++) {
        s->user[i] = (uint32_t)i;
        for (size_t c = 0; c < s->cuts; c++)
            for (size_t m = 0; m < RS_USER_METRICS; m++)
                s->value[(i * s->cuts + c) * RS_USER_METRICS + m] =
                    c == cut ? users[i].value[m] : TEST_ELSEWHERE;
    }
    return RECSYS_OK;
}

static inline void test_fill_means(rs_cut *cut, const test_user *users, size_t count)
{
    for (size_t m = 0; m < RS_METRICS; m++) cut->metrics[m] = 0.5;
    for (size_t m = 0; m < RS_USER_METRICS && count > 0; m++) {
        double sum = 0;
        for (size_t i = 0; i < count; i++) sum += users[i].value[m];
        cut->metrics[m] = sum / (double)count;
    }
}

/* A report of these users at evaluation.k and at the gate's K; metrics of all lists are 0.5. */
static inline recsys_status test_report(recsys_report **report, recsys_runtime *in,
                                        const recsys_config *config, const test_user *users,
                                        size_t count, recsys_error *err)
{
    recsys_report *r = NULL;
    recsys_status status = rs_report_make(&r, in, config, 5, err);
    if (status != RECSYS_OK) return status;
    size_t at_gate = rs_report_gate_cut(r, RS_GATE_K);
    RS_TRY(test_fill_scores(&r->lists, r->told, users, count, err));
    RS_TRY(test_fill_scores(&r->gate, at_gate, users, count, err));
    for (size_t i = 0; i < count; i++) {
        const rs_id_text id = {users[i].id, strlen(users[i].id)};
        RS_TRY(rs_report_add_user(r, id, err));
    }
    test_fill_means(&r->lists.cut[r->told], users, count);
    test_fill_means(&r->gate.cut[at_gate], users, count);
    r->users = count;
    RS_TRY(rs_report_write(r, err));
    *report = r;
    return RECSYS_OK;
out:
    rs_report_free(r);
    return status;
}

static inline recsys_report *report_of(const recsys_config *config, const test_user *users,
                                       size_t count)
{
    recsys_report *report = NULL;
    recsys_error err = RECSYS_ERROR_INIT;
    assert_ok(test_report(&report, runtime, config, users, count, &err), &err);
    return report;
}

/* Users "u0", "u1", ... all of whose metrics are `value` + `slope` times their number. */
static inline void test_users(test_user *users, size_t count, double value, double slope)
{
    for (size_t i = 0; i < count; i++) {
        snprintf(users[i].id, sizeof users[i].id, "u%zu", i);
        for (size_t m = 0; m < RS_USER_METRICS; m++)
            users[i].value[m] = value + slope * (double)i;
    }
}

#endif
