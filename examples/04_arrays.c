/* Ratings that are already in memory: CSR arrays, taken in place, and lists for all users. */
#include <recsys/recsys.h>
#include <stdio.h>

static int print_list(void *user_data, const char *user, const recsys_result *list)
{
    (void)user_data;
    printf("user %s:", user);
    for (size_t i = 0; i < recsys_result_size(list); i++)
        printf(" %s", recsys_result_item(list, i));
    printf("\n");
    return 0;
}

int main(void)
{
    static const uint64_t indptr[] = {0, 3, 6, 9, 11};
    static const uint32_t indices[] = {0, 1, 2, 0, 1, 3, 1, 2, 3, 0, 2};
    static const float values[] = {5, 4, 1, 4, 5, 2, 5, 2, 4, 5, 1};
    recsys_csr csr = {.struct_size = sizeof csr,
                      .users = 4,
                      .movies = 4,
                      .indptr = indptr,
                      .indices = indices,
                      .values = values};
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_ratings *ratings = NULL;
    recsys_model *model = NULL;
    recsys_status status = recsys_ratings_from_csr(&ratings, NULL, &csr, &err);
    if (status == RECSYS_OK)
        status = recsys_model_fit(&model, NULL, ratings, NULL, NULL, NULL, &err);
    if (status == RECSYS_OK)
        status = recsys_recommend_all(model, NULL, print_list, NULL, NULL, &err);
    if (status != RECSYS_OK) fprintf(stderr, "%s\n", err.text);
    recsys_model_destroy(model);
    recsys_ratings_destroy(ratings);
    return status == RECSYS_OK ? 0 : 1;
}
