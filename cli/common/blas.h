/* Which kernels OpenBLAS uses. Releases go by a list of processor models, and one that is not
 * in it gets kernels of 2004, far too slow; its features would have told. */
#ifndef CLI_COMMON_BLAS_H
#define CLI_COMMON_BLAS_H

/* Have OpenBLAS, which is loaded when it is needed, use what this processor has, unless
 * OPENBLAS_CORETYPE is set already. Before there are threads. */
void cli_blas_choose(void);

/* A core of OpenBLAS that fits this processor where `core` is one of those old ones; NULL:
 * nothing better is known. */
const char *cli_blas_better(const char *core);

#endif
