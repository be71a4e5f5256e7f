import t from 'tap';
import { fillReadme, markers, readReadmes, renderTables } from '../../helpers/terraform-docs.ts';

const hcl = `variable "plain" {
  description = "A name such as \\"eu-west-1\\": <business>-<environment>, keys below input/*, a|b, \`a|b\`, _x."
  type        = string

  validation {
    condition     = can(regex("^[a-z]{2}$", var.plain)) # not {
    error_message = "plain must be { short, got \\"\${var.plain}\\"."
  }
}

variable "buckets" {
  description = "Names, written $\${name}."
  type = object({
    raw    = string # the first layer
    staged = optional(string, "a # b")
    rules = list(object({
      days          = number
      storage_class = string
    }))
  })
  default = {
    raw    = "r}"
    "rules" = [
      "a",
      "b",
    ]
  }
}

variable "flags" {
  description = "Lists."
  type        = map(list(bool))
  default     = null
}

output "name" {
  description = "Name, once it is safe."
  value       = var.plain

  depends_on = [
    aws_s3_bucket.this,
  ]
}
`;

const tables = `## Inputs

| name | type | default | description |
|---|---|---|---|
| \`plain\` | \`string\` | required | A name such as "eu-west-1": \\<business>-\\<environment>, keys below input/\\*, a\\|b, \`a\\|b\`, \\_x. |
| \`buckets\` | \`object({ raw = string, staged = optional(string, "a # b"), rules = list(object({ days = number, storage_class = string })) })\` | \`{ raw = "r}", "rules" = ["a", "b"] }\` | Names, written \${name}. |
| \`flags\` | \`map(list(bool))\` | \`null\` | Lists. |

## Outputs

| name | description |
|---|---|
| \`name\` | Name, once it is safe. |
`;

t.test(
  'renders every variable with type, default and description, every output with its description',
  async t => {
    t.equal(renderTables(hcl), tables);
  },
);

t.test('says so where a folder takes or gives nothing', async t => {
  t.equal(renderTables(''), '## Inputs\n\nNone.\n\n## Outputs\n\nNone.\n');
});

t.test('fills what stands between the markers and leaves the rest', async t => {
  const readme = (inner: string) => `# Title\n\n${markers.begin}${inner}${markers.end}\n\nThe end.\n`;
  const filled = readme(`\n\n${tables}\n`);
  t.equal(fillReadme(readme('\n'), hcl), filled);
  t.equal(fillReadme(readme('\nold tables\n'), hcl), filled);
  t.equal(fillReadme(filled, hcl), filled, 'a second time changes nothing');
});

t.test('takes no README that lacks a marker, has one twice or in the wrong order', async t => {
  for (const readme of [
    '# Title\n',
    `${markers.begin}\n`,
    `${markers.end}\n`,
    `${markers.end}\n${markers.begin}\n`,
    `${markers.begin}\n${markers.begin}\n${markers.end}\n`,
    `${markers.begin}\n${markers.end}\n${markers.end}\n`,
  ]) {
    t.equal(fillReadme(readme, hcl), undefined, JSON.stringify(readme));
  }
});

t.test("every README under terraform/ has its folder's inputs and outputs", async t => {
  for (const { name, text, wanted } of readReadmes()) {
    if (wanted === undefined) t.fail(`terraform/${name} has ${markers.begin} and ${markers.end}, once each`);
    else
      t.equal(
        text,
        wanted,
        `terraform/${name} is up to date (if not: npx tsx test/helpers/write-terraform-docs.ts)`,
      );
  }
});
