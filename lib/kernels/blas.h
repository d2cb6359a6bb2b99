/* The dense linear algebra of OpenBLAS, loaded when it is first asked for: only training some
 * models needs it, and everything else neither waits for it nor needs it installed. */
#ifndef RS_KERNELS_BLAS_H
#define RS_KERNELS_BLAS_H

#include <recsys/base.h>

/* Row-major as cblas has it; the values of its enums. */
enum { RS_ROW_MAJOR = 101, RS_PLAIN = 111, RS_TURNED = 112, RS_LOWER = 122, RS_NON_UNIT = 131 };
enum { RS_LEFT = 141, RS_RIGHT = 142 };

/* The routines of one kind of number: cblas, and Fortran's, which are column-major: a lower
 * row-major matrix is an upper one to them. */
#define RS_BLAS_ROUTINES(prefix, cell)                                                         \
    void (*prefix##gemm)(int order, int ta, int tb, int m, int n, int k, cell alpha,           \
                         const cell *a, int lda, const cell *b, int ldb, cell beta, cell *c,   \
                         int ldc);                                                             \
    void (*prefix##syrk)(int order, int uplo, int trans, int n, int k, cell alpha,             \
                         const cell *a, int lda, cell beta, cell *c, int ldc);                 \
    void (*prefix##trsm)(int order, int side, int uplo, int trans, int diag, int m, int n,     \
                         cell alpha, const cell *a, int lda, cell *b, int ldb);                \
    void (*prefix##trmm)(int order, int side, int uplo, int trans, int diag, int m, int n,     \
                         cell alpha, const cell *a, int lda, cell *b, int ldb);                \
    void (*prefix##potrf)(const char *uplo, const int *n, cell *a, const int *lda, int *info); \
    void (*prefix##trtri)(const char *uplo, const char *diag, const int *n, cell *a,           \
                          const int *lda, int *info);                                          \
    void (*prefix##lauum)(const char *uplo, const int *n, cell *a, const int *lda, int *info)

typedef struct rs_blas {
    RS_BLAS_ROUTINES(s, float);
    RS_BLAS_ROUTINES(d, double);
    int (*get_threads)(void);
    void (*set_threads)(int threads);
    const char *core; /* whose kernels it uses, such as "SkylakeX" */
} rs_blas;

/* The library, loaded once per process; any thread may ask. UNSUPPORTED: it is not there. */
recsys_status rs_blas_open(const rs_blas **blas, recsys_error *err);

#endif
