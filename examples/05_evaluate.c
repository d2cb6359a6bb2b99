/* Was it any good? Split, train, evaluate, hold against the gate. */
#include <recsys/recsys.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL, *train = NULL, *test = NULL;
    recsys_model *model = NULL;
    recsys_report *report = NULL;
    recsys_verdict *verdict = NULL;
    double ndcg = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: %s RATINGS\n", argv[0]);
        return 2;
    }
    recsys_status status = recsys_ratings_read(&ratings, NULL, argv[1], NULL, NULL, NULL, &err);
    if (status == RECSYS_OK)
        status = recsys_split(&train, &test, ratings, "user-random:0.2", 1, &err);
    if (status == RECSYS_OK)
        status = recsys_model_fit(&model, NULL, train, NULL, NULL, NULL, &err);
    if (status == RECSYS_OK) status = recsys_evaluate(&report, model, test, NULL, NULL, &err);
    if (status == RECSYS_OK)
        status = recsys_report_metric(report, "ndcg", 0, &ndcg, NULL, &err);
    if (status == RECSYS_OK) status = recsys_gate_check(&verdict, report, NULL, NULL, &err);
    if (status == RECSYS_OK)
        printf("NDCG@%zu %.4f over %llu users: %s\n", recsys_report_k(report), ndcg,
               (unsigned long long)recsys_report_users(report),
               recsys_verdict_passed(verdict) ? "passed" : "refused");
    else
        fprintf(stderr, "%s\n", err.text);
    recsys_verdict_destroy(verdict);
    recsys_report_destroy(report);
    recsys_model_destroy(model);
    recsys_ratings_destroy(test);
    recsys_ratings_destroy(train);
    recsys_ratings_destroy(ratings);
    return status == RECSYS_OK ? 0 : 1;
}
