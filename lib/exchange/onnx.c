/* A model as a graph of ONNX (onnx.proto, IR version 7, operators of set 13):
 *
 *     X -> [Mul scale] -> MatMul theta -> [Add bias] -> scores -> ArgMax -> Gather labels -> label
 *                                              scores -> [Div temperature] -> [Softmax] -> probabilities
 *
 * in brackets where the model has it. The graph computes in the precision of the model. Two classes of one score h
 * have the scores (0, h), whose softmax is (1 - sigmoid(h), sigmoid(h)), as in the library: no second way. ArgMax takes
 * the first of equal scores, as prediction does. All operators are ONNX's own, not those of its extension for machine
 * learning, which some runtimes leave out. */
#include <string.h>

#include "core/byte_order.h"
#include "core/context.h"
#include "exchange/exporters.h"
#include "exchange/protobuf.h"
#include "sweep/losses.h"

enum { IR_VERSION = 7, OPERATOR_SET = 13 };
enum { TYPE_FLOAT = 1, TYPE_INT64 = 7, TYPE_STRING = 8, TYPE_DOUBLE = 11 };
enum { MODEL_IR_VERSION = 1, MODEL_PRODUCER = 2, MODEL_PRODUCER_VERSION = 3 };
enum { MODEL_GRAPH = 7, MODEL_OPERATOR_SET = 8, MODEL_METADATA = 14 };
enum { OPERATOR_SET_VERSION = 2 };
enum { PAIR_KEY = 1, PAIR_VALUE = 2 };
enum { GRAPH_NODE = 1, GRAPH_NAME = 2, GRAPH_INITIALIZER = 5, GRAPH_INPUT = 11, GRAPH_OUTPUT = 12 };
enum { NODE_INPUT = 1, NODE_OUTPUT = 2, NODE_NAME = 3, NODE_OPERATOR = 4, NODE_ATTRIBUTE = 5 };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_INTEGER = 3, ATTRIBUTE_TYPE = 20, ATTRIBUTE_IS_INTEGER = 2 };
enum { TENSOR_DIMENSION = 1, TENSOR_TYPE = 2, TENSOR_TEXT = 6, TENSOR_NAME = 8, TENSOR_BYTES = 9 };
enum { VALUE_NAME = 1, VALUE_TYPE = 2, TYPE_TENSOR = 1, ELEMENT_TYPE = 1, SHAPE = 2 };
enum { SHAPE_DIMENSION = 1, DIMENSION_SIZE = 1, DIMENSION_NAME = 2 };

static int element_type(const linclass_model *model)
{
    return model->dtype == LINCLASS_FLOAT32 ? TYPE_FLOAT : TYPE_DOUBLE;
}

/* An attribute that is an integer. */
typedef struct attribute {
    const char *name; /* NULL: none */
    uint64_t value;
} attribute;

/* second: of two inputs, or NULL. The node has the name of its output. */
static void node(byte_buffer *to, const char *operator, const char * first, const char *second,
                 const char *output, const attribute *attributes)
{
    const size_t place = protobuf_open(to, GRAPH_NODE);
    protobuf_text(to, NODE_INPUT, first);
    if (second != NULL)
        protobuf_text(to, NODE_INPUT, second);
    protobuf_text(to, NODE_OUTPUT, output);
    protobuf_text(to, NODE_NAME, output);
    protobuf_text(to, NODE_OPERATOR, operator);
    for (; attributes != NULL && attributes->name != NULL; attributes++) {
        const size_t inner = protobuf_open(to, NODE_ATTRIBUTE);
        protobuf_text(to, ATTRIBUTE_NAME, attributes->name);
        protobuf_integer(to, ATTRIBUTE_INTEGER, attributes->value);
        protobuf_integer(to, ATTRIBUTE_TYPE, ATTRIBUTE_IS_INTEGER);
        protobuf_close(to, inner);
    }
    protobuf_close(to, place);
}

static void nodes(byte_buffer *to, const linclass_model *model)
{
    static const attribute CLASS_AXIS[] = {{"axis", 1}, {"keepdims", 0}, {NULL, 0}};
    static const attribute SOFTMAX_AXIS[] = {{"axis", 1}, {NULL, 0}};
    const bool scaled = model->scale != 1;
    const bool with_bias = model->bias != NULL;
    if (scaled)
        node(to, "Mul", "X", "scale", "scaled", NULL);
    node(to, "MatMul", scaled ? "scaled" : "X", "theta", with_bias ? "products" : "scores", NULL);
    if (with_bias)
        node(to, "Add", "products", "bias", "scores", NULL);
    node(to, "ArgMax", "scores", NULL, "class", CLASS_AXIS);
    node(to, "Gather", "labels", "class", "label", NULL);
    if (!loss_gives_probabilities(model->loss))
        return;
    const bool cooled = model->temperature != 1;
    if (cooled)
        node(to, "Div", "scores", "temperature", "cooled", NULL);
    node(to, "Softmax", cooled ? "cooled" : "scores", NULL, "probabilities", SOFTMAX_AXIS);
}

/* A tensor of numbers; dimensions: as many as are not negative, at most two. */
static void tensor(byte_buffer *to, const char *name, int type, size_t width,
                   const int64_t dimensions[2], const void *values)
{
    const size_t place = protobuf_open(to, GRAPH_INITIALIZER);
    size_t count = 1;
    for (int i = 0; i < 2 && dimensions[i] >= 0; i++) {
        protobuf_integer(to, TENSOR_DIMENSION, (uint64_t)dimensions[i]);
        count *= (size_t)dimensions[i];
    }
    protobuf_integer(to, TENSOR_TYPE, (uint64_t)type);
    protobuf_text(to, TENSOR_NAME, name);
    protobuf_bytes(to, TENSOR_BYTES, values, count * width);
    if (to->status == LINCLASS_OK && count > 0)
        little_endian_all(to->bytes + to->count - count * width, count * width, width);
    protobuf_close(to, place);
}

static void class_names(byte_buffer *to, const linclass_model *model)
{
    const size_t place = protobuf_open(to, GRAPH_INITIALIZER);
    protobuf_integer(to, TENSOR_DIMENSION, (uint64_t)model->k);
    protobuf_integer(to, TENSOR_TYPE, TYPE_STRING);
    for (int64_t j = 0; j < model->k; j++)
        protobuf_text(to, TENSOR_TEXT, linclass_model_class_name(model, model->labels[j]));
    protobuf_text(to, TENSOR_NAME, "labels");
    protobuf_close(to, place);
}

/* A number of the type of the model. */
static void scalar(byte_buffer *to, const linclass_model *model, const char *name, double number)
{
    const float narrow = (float)number;
    const bool is_float = model->dtype == LINCLASS_FLOAT32;
    tensor(to, name, element_type(model), model_element_bytes(model->dtype),
           (const int64_t[2]){-1, -1}, is_float ? (const void *)&narrow : &number);
}

static void initializers(byte_buffer *to, const linclass_model *model)
{
    const size_t width = model_element_bytes(model->dtype);
    const int type = element_type(model);
    if (model->scale != 1)
        scalar(to, model, "scale", model->scale);
    if (model->temperature != 1 && loss_gives_probabilities(model->loss))
        scalar(to, model, "temperature", model->temperature);
    tensor(to, "theta", type, width, (const int64_t[2]){model->n, model->k}, model->theta);
    if (model->bias != NULL)
        tensor(to, "bias", type, width, (const int64_t[2]){model->k, -1}, model->bias);
    if (export_has_names(model))
        class_names(to, model);
    else
        tensor(to, "labels", TYPE_INT64, sizeof(int64_t), (const int64_t[2]){model->k, -1},
               model->labels);
}

/* An input or output of "m" rows; columns < 0: a vector. */
static void value(byte_buffer *to, int field, const char *name, int type, int64_t columns)
{
    const size_t place = protobuf_open(to, field);
    protobuf_text(to, VALUE_NAME, name);
    const size_t type_place = protobuf_open(to, VALUE_TYPE);
    const size_t tensor_place = protobuf_open(to, TYPE_TENSOR);
    protobuf_integer(to, ELEMENT_TYPE, (uint64_t)type);
    const size_t shape_place = protobuf_open(to, SHAPE);
    size_t dimension = protobuf_open(to, SHAPE_DIMENSION);
    protobuf_text(to, DIMENSION_NAME, "m");
    protobuf_close(to, dimension);
    if (columns >= 0) {
        dimension = protobuf_open(to, SHAPE_DIMENSION);
        protobuf_integer(to, DIMENSION_SIZE, (uint64_t)columns);
        protobuf_close(to, dimension);
    }
    protobuf_close(to, shape_place);
    protobuf_close(to, tensor_place);
    protobuf_close(to, type_place);
    protobuf_close(to, place);
}

static void graph(byte_buffer *to, const linclass_model *model, const char *name)
{
    const size_t place = protobuf_open(to, MODEL_GRAPH);
    nodes(to, model);
    protobuf_text(to, GRAPH_NAME, name);
    initializers(to, model);
    const int type = element_type(model);
    value(to, GRAPH_INPUT, "X", type, model->n);
    value(to, GRAPH_OUTPUT, "label", export_has_names(model) ? TYPE_STRING : TYPE_INT64, -1);
    value(to, GRAPH_OUTPUT, "scores", type, model->k);
    if (loss_gives_probabilities(model->loss))
        value(to, GRAPH_OUTPUT, "probabilities", type, model->k);
    protobuf_close(to, place);
}

/* The caller's texts. */
static void metadata(byte_buffer *to, const linclass_model *model)
{
    const char *key;
    for (int64_t i = 0; (key = linclass_model_metadata_key(model, i)) != NULL; i++) {
        const size_t place = protobuf_open(to, MODEL_METADATA);
        protobuf_text(to, PAIR_KEY, key);
        protobuf_text(to, PAIR_VALUE, linclass_model_metadata(model, key));
        protobuf_close(to, place);
    }
}

linclass_status export_onnx(linclass_context *ctx, const linclass_model *model, const char *name,
                            byte_buffer *to)
{
    protobuf_integer(to, MODEL_IR_VERSION, IR_VERSION);
    protobuf_text(to, MODEL_PRODUCER, "liblinclass");
    protobuf_text(to, MODEL_PRODUCER_VERSION, linclass_version());
    graph(to, model, name);
    const size_t place = protobuf_open(to, MODEL_OPERATOR_SET);
    protobuf_integer(to, OPERATOR_SET_VERSION, OPERATOR_SET);
    protobuf_close(to, place);
    metadata(to, model);
    if (to->count > INT32_MAX)
        return context_fail(ctx, LINCLASS_ERROR_UNSUPPORTED,
                            "the model is %zu bytes as ONNX, more than the %d of a file", to->count,
                            INT32_MAX);
    return LINCLASS_OK;
}
