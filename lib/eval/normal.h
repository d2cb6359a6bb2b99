/* The standard normal distribution. */
#ifndef RS_EVAL_NORMAL_H
#define RS_EVAL_NORMAL_H

/* Probability of at most x, and of at least |x| on either side. */
double rs_normal_below(double x);
double rs_normal_two_sided(double x);
/* The x with probability p of at most x, 0 < p < 1; about 16 digits. */
double rs_normal_quantile(double p);

#endif
