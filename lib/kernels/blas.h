/* The dense linear algebra of OpenBLAS, loaded when it is first asked for: only training some
 * models needs it, and everything else neither waits for it nor needs it installed. */
#ifndef RS_KERNELS_BLAS_H
#define RS_KERNELS_BLAS_H

#include <recsys/base.h>

/* Row-major as cblas has it; the values of its enums. */
enum { RS_ROW_MAJOR = 101, RS_PLAIN = 111, RS_TURNED = 112, RS_LOWER = 122, RS_NON_UNIT = 131 };
enum { RS_LEFT = 141, RS_RIGHT = 142 };

typedef struct rs_blas {
    void (*sgemm)(int order, int ta, int tb, int m, int n, int k, float alpha, const float *a,
                  int lda, const float *b, int ldb, float beta, float *c, int ldc);
    void (*ssyrk)(int order, int uplo, int trans, int n, int k, float alpha, const float *a,
                  int lda, float beta, float *c, int ldc);
    void (*strsm)(int order, int side, int uplo, int trans, int diag, int m, int n, float alpha,
                  const float *a, int lda, float *b, int ldb);
    void (*strmm)(int order, int side, int uplo, int trans, int diag, int m, int n, float alpha,
                  const float *a, int lda, float *b, int ldb);
    /* Fortran's, column-major: a lower row-major matrix is an upper one to them. */
    void (*spotrf)(const char *uplo, const int *n, float *a, const int *lda, int *info);
    void (*strtri)(const char *uplo, const char *diag, const int *n, float *a, const int *lda,
                   int *info);
    void (*slauum)(const char *uplo, const int *n, float *a, const int *lda, int *info);
    int (*get_threads)(void);
    void (*set_threads)(int threads);
    const char *core; /* whose kernels it uses, such as "SkylakeX" */
} rs_blas;

/* The library, loaded once per process; any thread may ask. UNSUPPORTED: it is not there. */
recsys_status rs_blas_open(const rs_blas **blas, recsys_error *err);

#endif
