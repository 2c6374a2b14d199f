/* liblinclass: linear classifiers, trained and run on CPUs.
 *
 * The pipeline, from a file to a prediction:
 *
 *     data set -> matrix view -> fit [ scores -> loss kernel -> gradient ] <-> solver
 *                                 -> model -> predict | probabilities | evaluate | save
 *
 * A sample is a row x of the design matrix X (m x n). A linear classifier has one weight vector per
 * class, the columns of theta (n x k), and one intercept per class, bias (k). Its scores, or logits,
 * are H = X theta + bias (m x k). Softmax turns a row of scores into probabilities, Z = softmax(H);
 * the cross-entropy loss of a row is -log z_y for its label y. The gradient of the mean loss is
 * G = X^T (Z - I_y) / m, with I_y the one-hot matrix of the labels: two matrix products with a
 * row-wise kernel between them, which is how it is computed. Other losses are other kernels:
 * logistic regression of two classes with one score, the perceptron, hinge losses.
 *
 * The headers, by level. Choose the first that does what you need:
 *
 *     dataset.h          read a data set from files, select rows                               level 3
 *     arrow.h            a data set from tables in memory: pandas, polars, pyarrow            level 3
 *     encoding.h         how the columns of a table became features                            level 3
 *     split.h            parts for training, validation and test; folds of a cross-validation  level 3
 *     fit.h              train: X, y, options -> model, report                                 level 2
 *     model.h            scores, probabilities, labels, evaluation, save, load                 level 2
 *     parts.h            train over rows that are elsewhere: parts, chunks, clusters         level 2
 *     exchange.h         models as ONNX, C source, and LIBLINEAR's files; from those         level 2
 *     calibration.h      probabilities calibrated on held-out rows                             level 2
 *     selection.h        paths of penalties, cross-validation, learning-rate search            level 2
 *     certificate.h      the report of a fit, recomputed from the data                          level 2
 *     standard_errors.h  standard errors of the coefficients of an unpenalised fit            level 2
 *     leave_one_out.h    loss and error on rows left out, estimated without fitting again       level 2
 *     matrix.h           the view through which levels 2 and 3 read X
 *     softmax.h          softmax, cross-entropy, residual, loss and gradient, one SGD epoch    level 1
 *     losses.h           the same of any loss, by its number; sigmoid                          level 1
 *     metrics.h          error, confusion matrix, precision, recall, F1, ROC AUC, from arrays  level 1
 *     csr.h              logits, gradient and losses of sparse rows                            level 1
 *     linear.h           logits, gradient; the conventions of level 1                          level 1
 *     context.h          threads, allocator, the last error message
 *     status.h           the status that a function returns
 *     common.h           integers, export mark, struct sizes, version
 *
 * From C++17, linclass.hpp has handles, views and exceptions.
 *
 * Symbols used everywhere: m samples, n features, k classes; X m x n; theta n x k; bias k;
 * H m x k; Z m x k; y m, labels; R = Z - I_y, the residual (the gradient of any loss in the
 * scores); G n x k, the gradient. */
#ifndef LINCLASS_LINCLASS_H
#define LINCLASS_LINCLASS_H

#include <linclass/arrow.h>
#include <linclass/calibration.h>
#include <linclass/certificate.h>
#include <linclass/common.h>
#include <linclass/context.h>
#include <linclass/csr.h>
#include <linclass/dataset.h>
#include <linclass/encoding.h>
#include <linclass/exchange.h>
#include <linclass/fit.h>
#include <linclass/leave_one_out.h>
#include <linclass/linear.h>
#include <linclass/losses.h>
#include <linclass/matrix.h>
#include <linclass/metrics.h>
#include <linclass/model.h>
#include <linclass/parts.h>
#include <linclass/selection.h>
#include <linclass/softmax.h>
#include <linclass/split.h>
#include <linclass/standard_errors.h>
#include <linclass/status.h>

#endif
