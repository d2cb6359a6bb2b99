/* The inverse of a positive definite matrix: against elimination in doubles, the same bytes for
 * any number of threads, and what is no such matrix. */
#include "numbers_testing.h"

#include "kernels/blas.h"
#include "kernels/spd.h"

static recsys_runtime *with_threads(size_t threads)
{
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = NULL;
    assert_ok(recsys_runtime_create(&runtime, NULL, &err), &err);
    assert_ok(recsys_runtime_set_threads(runtime, threads, &err), &err);
    return runtime;
}

/* A A' / n + a diagonal, whose condition is moderate. */
static float *make_matrix(size_t n, uint64_t seed)
{
    float *a = malloc(n * n * sizeof *a);
    double *x = malloc(n * 8 * sizeof *x);
    assert_true(a != NULL && x != NULL);
    for (size_t i = 0; i < n * 8; i++) x[i] = (double)(test_random(&seed) % 2000) / 1000 - 1;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < n; j++) {
            double sum = i == j ? 1 + (double)(i % 7) : 0;
            for (size_t k = 0; k < 8; k++) sum += x[i * 8 + k] * x[j * 8 + k];
            a[i * n + j] = (float)sum;
        }
    free(x);
    return a;
}

/* By Gauss and Jordan, without looking for pivots: there is no need in such a matrix. */
static double *eliminate(const float *a, size_t n)
{
    double *left = malloc(n * n * sizeof *left), *right = calloc(n * n, sizeof *right);
    assert_true(left != NULL && right != NULL);
    for (size_t i = 0; i < n * n; i++) left[i] = (double)a[i];
    for (size_t i = 0; i < n; i++) right[i * n + i] = 1;
    for (size_t k = 0; k < n; k++) {
        double pivot = left[k * n + k];
        for (size_t j = 0; j < n; j++) {
            left[k * n + j] /= pivot;
            right[k * n + j] /= pivot;
        }
        for (size_t i = 0; i < n; i++) {
            double factor = left[i * n + k];
            if (i == k || factor == 0) continue;
            for (size_t j = 0; j < n; j++) {
                left[i * n + j] -= factor * left[k * n + j];
                right[i * n + j] -= factor * right[k * n + j];
            }
        }
    }
    free(left);
    return right;
}

static void inverses_are_those_of_elimination(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 63, 256, 257, 600};
    recsys_runtime *runtime = with_threads(2);
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s];
        recsys_error err = RECSYS_ERROR_INIT;
        float *a = make_matrix(n, 7 + n);
        double *want = eliminate(a, n);
        assert_ok(rs_spd_inverse(a, n, runtime, NULL, &err), &err);
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j <= i; j++)
                is_within((double)a[i * n + j], want[i * n + j], 2e-6, "an element");
        free(a);
        free(want);
    }
    recsys_runtime_destroy(runtime);
}

static void doubles_come_nearer(void **state)
{
    (void)state;
    enum { N = 300 };
    recsys_error err = RECSYS_ERROR_INIT;
    recsys_runtime *runtime = with_threads(2);
    float *a = make_matrix(N, 11);
    double *want = eliminate(a, N), *wide = malloc(sizeof(double[N * N]));
    assert_non_null(wide);
    for (size_t i = 0; i < N * N; i++) wide[i] = (double)a[i];
    assert_ok(rs_spd_inverse_double(wide, N, runtime, NULL, &err), &err);
    for (size_t i = 0; i < N; i++)
        for (size_t j = 0; j <= i; j++)
            is_within(wide[i * N + j], want[i * N + j], 1e-13, "an element");
    wide[0] = -1;
    assert_fails(rs_spd_inverse_double(wide, N, runtime, NULL, &err), RECSYS_E_INVALID, &err);
    free(a);
    free(want);
    free(wide);
    recsys_runtime_destroy(runtime);
}

static void threads_do_not_show(void **state)
{
    (void)state;
    static const size_t threads[] = {1, 2, 5};
    enum { N = 900 };
    float *first = NULL;
    for (size_t t = 0; t < 3; t++) {
        recsys_error err = RECSYS_ERROR_INIT;
        recsys_runtime *runtime = with_threads(threads[t]);
        float *a = make_matrix(N, 3);
        assert_ok(rs_spd_inverse(a, N, runtime, NULL, &err), &err);
        if (t == 0) {
            first = a;
        } else {
            assert_memory_equal(a, first, (size_t)N * N * sizeof *a);
            free(a);
        }
        recsys_runtime_destroy(runtime);
    }
    free(first);
}

/* The last row makes it indefinite, in the first tile or in a later one. */
static void other_matrices_are_refused(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 5, 300};
    recsys_runtime *runtime = with_threads(2);
    for (size_t s = 0; s < 3; s++) {
        size_t n = sizes[s];
        recsys_error err = RECSYS_ERROR_INIT;
        float *a = make_matrix(n, 1);
        a[n * n - 1] = -1;
        assert_fails(rs_spd_inverse(a, n, runtime, NULL, &err), RECSYS_E_INVALID, &err);
        assert_contains(err.text, "is not positive definite");
        free(a);
    }
    recsys_runtime_destroy(runtime);
}

/* OpenBLAS has as many threads as before, whatever came of it. */
static void openblas_is_left_as_it_was(void **state)
{
    (void)state;
    const rs_blas *blas;
    recsys_error err = RECSYS_ERROR_INIT;
    float one = 4, bad = -1;
    recsys_runtime *runtime = with_threads(1);
    assert_ok(rs_blas_open(&blas, &err), &err);
    assert_true(blas->core != NULL && blas->core[0] != '\0');
    int before = blas->get_threads();
    blas->set_threads(2);
    int two = blas->get_threads(); /* 1 where there is but one core */
    assert_ok(rs_spd_inverse(&one, 1, runtime, NULL, &err), &err);
    assert_true(one == 0.25f);
    assert_int_equal(blas->get_threads(), two);
    assert_fails(rs_spd_inverse(&bad, 1, runtime, NULL, &err), RECSYS_E_INVALID, &err);
    assert_int_equal(blas->get_threads(), two);
    blas->set_threads(before);
    recsys_runtime_destroy(runtime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(inverses_are_those_of_elimination),
        cmocka_unit_test(doubles_come_nearer),
        cmocka_unit_test(threads_do_not_show),
        cmocka_unit_test(other_matrices_are_refused),
        cmocka_unit_test(openblas_is_left_as_it_was),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
