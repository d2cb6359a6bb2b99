/* The standard normal distribution. */
#ifndef RS_EVAL_NORMAL_H
#define RS_EVAL_NORMAL_H

/* Probability of a value below z, and the z below which the share p lies (+-infinity at 0,
 * 1). */
double rs_normal_below(double z);
double rs_normal_quantile(double p);

#endif
