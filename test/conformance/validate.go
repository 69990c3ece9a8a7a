// What Tekton's own validation says of YAML files, for TEKTON_VALIDATE (docs/conformance.md): a line for each.
// It is built in a checkout of tektoncd/pipeline, as cmd/validate/main.go, and is no part of what is built here.

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/tektoncd/pipeline/pkg/apis/config"
	v1 "github.com/tektoncd/pipeline/pkg/apis/pipeline/v1"
	"github.com/tektoncd/pipeline/pkg/apis/pipeline/v1alpha1"
	"github.com/tektoncd/pipeline/pkg/apis/pipeline/v1beta1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	utilyaml "k8s.io/apimachinery/pkg/util/yaml"
	"knative.dev/pkg/apis"
	"knative.dev/pkg/webhook/resourcesemantics"
	"sigs.k8s.io/yaml"
)

var types = map[string]func() resourcesemantics.GenericCRD{
	"tekton.dev/v1alpha1/StepAction": func() resourcesemantics.GenericCRD { return &v1alpha1.StepAction{} },
	"tekton.dev/v1beta1/StepAction":  func() resourcesemantics.GenericCRD { return &v1beta1.StepAction{} },
	"tekton.dev/v1beta1/Pipeline":    func() resourcesemantics.GenericCRD { return &v1beta1.Pipeline{} },
	"tekton.dev/v1beta1/Task":        func() resourcesemantics.GenericCRD { return &v1beta1.Task{} },
	"tekton.dev/v1beta1/TaskRun":     func() resourcesemantics.GenericCRD { return &v1beta1.TaskRun{} },
	"tekton.dev/v1beta1/PipelineRun": func() resourcesemantics.GenericCRD { return &v1beta1.PipelineRun{} },
	"tekton.dev/v1/Pipeline":         func() resourcesemantics.GenericCRD { return &v1.Pipeline{} },
	"tekton.dev/v1/Task":             func() resourcesemantics.GenericCRD { return &v1.Task{} },
	"tekton.dev/v1/TaskRun":          func() resourcesemantics.GenericCRD { return &v1.TaskRun{} },
	"tekton.dev/v1/PipelineRun":      func() resourcesemantics.GenericCRD { return &v1.PipelineRun{} },
}

func validate(ctx context.Context, text []byte) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	reader := utilyaml.NewYAMLReader(bufio.NewReader(bytes.NewReader(text)))
	for {
		doc, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		js, err := yaml.YAMLToJSON(doc)
		if err != nil {
			return fmt.Errorf("yaml: %w", err)
		}
		if err := one(ctx, js); err != nil {
			return err
		}
	}
}

func one(ctx context.Context, js []byte) error {
	if string(js) == "null" {
		return nil
	}
	var head struct {
		APIVersion string            `json:"apiVersion"`
		Kind       string            `json:"kind"`
		Items      []json.RawMessage `json:"items"`
	}
	if err := json.Unmarshal(js, &head); err != nil {
		return err
	}
	if head.APIVersion == "v1" && head.Kind == "List" {
		for _, item := range head.Items {
			if err := one(ctx, item); err != nil {
				return err
			}
		}
		return nil
	}
	make, ok := types[head.APIVersion+"/"+head.Kind]
	if !ok {
		return nil
	}
	object := make()
	d := json.NewDecoder(bytes.NewReader(js))
	d.DisallowUnknownFields()
	if err := d.Decode(object); err != nil {
		return err
	}
	// The API server makes the name of a generateName before admission.
	if m, ok := object.(metav1.Object); ok && m.GetName() == "" && m.GetGenerateName() != "" {
		p := m.GetGenerateName()
		if len(p) > 58 {
			p = p[:58]
		}
		m.SetName(p + "x1x1x")
	}
	ctx = apis.WithinCreate(ctx)
	object.SetDefaults(ctx)
	if err := object.Validate(ctx); err != nil && err.Filter(apis.ErrorLevel) != nil {
		return err.Filter(apis.ErrorLevel)
	}
	return nil
}

func main() {
	flags := map[string]string{
		"enable-api-fields": "alpha", "enable-cel-in-whenexpression": "true", "enable-artifacts": "true",
		"enable-param-enum": "true", "enable-concise-resolver-syntax": "true", "enable-kubernetes-sidecar": "true",
		"keep-pod-on-cancel": "true", "enable-step-actions": "true",
	}
	ff, err := config.NewFeatureFlagsFromMap(flags)
	if err != nil {
		panic(err)
	}
	defaults, err := config.NewDefaultsFromMap(map[string]string{})
	if err != nil {
		panic(err)
	}
	ctx := config.ToContext(context.Background(), &config.Config{FeatureFlags: ff, Defaults: defaults})
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	paths := os.Args[1:]
	if len(paths) == 1 && paths[0] == "-" {
		paths = nil
		s := bufio.NewScanner(os.Stdin)
		for s.Scan() {
			paths = append(paths, s.Text())
		}
	}
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err == nil {
			err = validate(ctx, text)
		}
		if err != nil {
			reason, _ := json.Marshal(err.Error())
			fmt.Fprintf(out, "refused %s %s\n", path, reason)
		} else {
			fmt.Fprintf(out, "accepted %s\n", path)
		}
	}
}
