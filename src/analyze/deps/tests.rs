//! Every manifest form, by what it says.

use super::*;

/// `name requirement source group line`, one a dependency.
fn read(path: &str, text: &str) -> String {
    let path = RepoPath::from(path);
    let Some(Format { reader: Reader::Manifest(read), .. }) = format_of(&path) else {
        panic!("{path} is no manifest");
    };
    let manifest = read(&path, text).expect("readable");
    let mut lines: Vec<String> = Vec::new();
    for found in &manifest.dependencies {
        let alias = found.alias.as_ref().map(|alias| format!("{alias}=")).unwrap_or_default();
        let source = match &found.source {
            Source::Registry(None) => String::new(),
            Source::Registry(Some(name)) => format!(" registry:{name}"),
            Source::Git(url) => format!(" git:{url}"),
            Source::Url(url) => format!(" url:{url}"),
            Source::Path(path) => format!(" path:{path}"),
            Source::Workspace => " workspace".to_owned(),
            Source::Indirect => " indirect".to_owned(),
        };
        lines.push(format!(
            "{} {alias}{} [{}]{source} {}",
            found.line,
            found.name,
            found.requirement,
            found.group.as_str()
        ));
    }
    for redirect in &manifest.redirects {
        lines.push(format!("{} {:?} {} -> {}", redirect.line, redirect.kind, redirect.name, redirect.target));
    }
    for (line, text) in &manifest.unread {
        lines.push(format!("{line} unread {text}"));
    }
    lines.join("\n")
}

#[track_caller]
fn check(path: &str, text: &str, expected: &[&str]) {
    assert_eq!(read(path, text), expected.join("\n"));
}

#[test]
fn cargo() {
    check(
        "Cargo.toml",
        r#"[package]
name = "a"
[dependencies]
serde = "1"
b = { path = "../b", version = "0.1" }
old = { package = "new", version = "2" }
c = { git = "https://e.com/c", rev = "abc" }
w = { workspace = true, features = ["x"] }
o = { version = "1", optional = true }
r.registry = "corp"
[target.'cfg(unix)'.dev-dependencies]
libc = "0.2"
[workspace.dependencies]
w = "3"
[patch.crates-io]
serde = { path = "../serde" }
[features]
x = ["dep:o"]
"#,
        &[
            "4 serde [1] normal",
            "5 b [0.1] path:../b normal",
            "6 old=new [2] normal",
            "7 c [abc] git:https://e.com/c normal",
            "8 w [] workspace normal",
            "9 o [1] optional",
            "10 r [] registry:corp normal",
            "12 libc [0.2] dev",
            "14 w [3] normal",
            "16 Replaced serde -> ../serde",
        ],
    );
    check(
        ".cargo/config.toml",
        "[source.crates-io]\nreplace-with = \"mirror\"\n[source.mirror]\nregistry = \"https://m.com/index\"\n[build]\njobs = 1\n",
        &["2 Registry crates-io -> mirror", "4 Registry mirror -> https://m.com/index"],
    );
}

#[test]
fn npm() {
    check(
        "web/package.json",
        r#"{
  "name": "web",
  "scripts": { "build": "tsc" },
  "dependencies": {
    "a": "^1.0.0",
    "@s/b": "npm:c@^2",
    "d": "github:o/d#v1",
    "e": "o/e",
    "f": "file:../f",
    "g": "workspace:*",
    "h": "https://e.com/h.tgz",
    "i": "git+ssh://git@e.com/o/i.git#semver:^1",
    "j": "npm:^3",
    "k": "catalog:",
    "l": ">=1 <2 || 3.x"
  },
  "devDependencies": { "t": "latest" },
  "overrides": { "x": "1.2.3", "y": { ".": "2", "z": "npm:q@1" } }
}"#,
        &[
            "5 a [^1.0.0] normal",
            "6 @s/b=c [^2] normal",
            "7 d [v1] git:github:o/d normal",
            "8 e [] git:o/e normal",
            "9 f [] path:../f normal",
            "10 g [workspace:*] workspace normal",
            "11 h [] url:https://e.com/h.tgz normal",
            "12 i [semver:^1] git:ssh://git@e.com/o/i.git normal",
            "13 j [^3] normal",
            "14 k [catalog:] workspace normal",
            "15 l [>=1 <2 || 3.x] normal",
            "17 t [latest] dev",
            "18 Pinned x -> 1.2.3",
            "18 Pinned y -> 2",
            "18 Replaced y > z -> npm:q@1",
        ],
    );
    check(
        "pnpm-workspace.yaml",
        "packages:\n  - pkgs/*\ncatalog:\n  react: ^19.0.0\ncatalogs:\n  old:\n    react: ^17.0.0\noverrides:\n  foo: link:../foo\n",
        &["4 react [^19.0.0] normal", "7 react [^17.0.0] normal", "9 Replaced foo -> link:../foo"],
    );
    check(
        ".npmrc",
        "# a\nregistry=https://r.com/\n@s:registry = https://s.com\nsave-exact=true\n",
        &["2 Registry  -> https://r.com/", "3 Registry @s -> https://s.com"],
    );
}

#[test]
fn python() {
    check(
        "pyproject.toml",
        r#"[project]
name = "app"
dependencies = [
    "requests[socks]>=2,<3; python_version > '3'",
    "Flask @ git+https://e.com/flask.git@main",
    "plain",
]
[project.optional-dependencies]
all = ["app[x]", "x==1"]
[dependency-groups]
dev = ["pytest (>=8)", { include-group = "lint" }]
[build-system]
requires = ["hatchling"]
[tool.uv.sources]
plain = { path = "../plain" }
deep = { git = "https://e.com/deep" }
[[tool.uv.index]]
url = "https://i.com/simple"
[tool.poetry.dependencies]
python = "^3.11"
rich = { version = "^13", optional = true }
[tool.poetry.group.test.dependencies]
mock = "*"
"#,
        &[
            "4 requests [>=2,<3] normal",
            "5 Flask [main] git:https://e.com/flask.git normal",
            "6 plain [] path:../plain normal",
            "9 x [==1] optional",
            "11 pytest [>=8] dev",
            "13 hatchling [] build",
            "21 rich [^13] optional",
            "23 mock [*] dev",
            "16 Replaced deep -> https://e.com/deep",
            "18 Registry  -> https://i.com/simple",
        ],
    );
    check(
        "Pipfile",
        "[[source]]\nurl = \"https://pypi.org/simple\"\n[packages]\na = \"*\"\nb = {git = \"https://e.com/b\", ref = \"v1\"}\n[dev-packages]\nc = \"==1\"\n",
        &["4 a [*] normal", "5 b [v1] git:https://e.com/b normal", "7 c [==1] dev"],
    );
}

#[test]
fn requirement_files() {
    check(
        "requirements-dev.txt",
        "# tools\n-r base.txt\n--extra-index-url https://i.com\npytest==8 # why\na==1 \\\n    --hash=sha256:00\n-e ./local\ngit+https://e.com/x.git@v2#egg=x\nhttps://e.com/y-1.0.tar.gz\n???\n",
        &[
            "4 pytest [==8] dev",
            "5 a [==1] dev",
            "7 ./local [] path:./local dev",
            "8 x [v2] git:https://e.com/x.git dev",
            "9 y-1.0.tar.gz [] url:https://e.com/y-1.0.tar.gz dev",
            "3 Registry  -> https://i.com",
            "10 unread ???",
        ],
    );
    check("requirements.txt", "# This file was autogenerated by uv\na==1\n    # via b\n", &[]);
    assert!(format_of(&RepoPath::from("constraints.txt")).is_none());
    assert!(format_of(&RepoPath::from("docs/requirements/notes.md")).is_none());
}

#[test]
fn go() {
    check(
        "go.mod",
        "module e.com/a\ngo 1.24\nrequire e.com/b v1.0.0\nrequire (\n\te.com/c v1.2.0\n\te.com/d v0.1.0 // indirect\n)\nreplace e.com/c => ../c\nexclude e.com/x v1.0.0\n",
        &[
            "3 e.com/b [v1.0.0] normal",
            "5 e.com/c [v1.2.0] normal",
            "6 e.com/d [v0.1.0] indirect normal",
            "8 Replaced e.com/c -> ../c",
        ],
    );
}

#[test]
fn maven() {
    check(
        "pom.xml",
        r#"<?xml version="1.0"?>
<project>
  <artifactId>a</artifactId>
  <properties><v>1.5</v></properties>
  <repositories><repository><id>r</id><url>https://r.com</url></repository></repositories>
  <dependencies>
    <!-- <dependency><artifactId>no</artifactId></dependency> -->
    <dependency>
      <groupId>org.b</groupId>
      <artifactId>c</artifactId>
      <version>${v}</version>
    </dependency>
    <dependency><groupId>junit</groupId><artifactId>junit</artifactId><version>4</version><scope>test</scope></dependency>
    <dependency><groupId>${project.groupId}</groupId><artifactId>own</artifactId><version>${project.version}</version></dependency>
  </dependencies>
</project>
"#,
        &[
            "8 org.b:c [1.5] normal",
            "13 junit:junit [4] dev",
            "14 ${project.groupId}:own [${project.version}] workspace normal",
            "5 Registry r -> https://r.com",
        ],
    );
}

#[test]
fn gradle() {
    check(
        "app/build.gradle.kts",
        r#"plugins {
    id("com.x.y") version "1.0"
}
repositories {
    maven { url = uri("https://r.com/m") }
}
dependencies {
    // implementation("no:no:1")
    implementation("org.a:b:1.0")
    testImplementation(platform("org.c:bom:2"))
    implementation(project(":core"))
    api(libs.guava)
    implementation(group = "g", name = "n", version = "3")
    implementation(someVariable)
    constraints { }
}
tasks.test { useJUnitPlatform() }
"#,
        &[
            "2 com.x.y [1.0] build",
            "9 org.a:b [1.0] normal",
            "10 org.c:bom [2] dev",
            "13 g:n [3] normal",
            "5 Registry  -> https://r.com/m",
            "14 unread implementation(someVariable)",
        ],
    );
    check(
        "gradle/libs.versions.toml",
        "[versions]\ng = \"33\"\n[libraries]\nguava = { module = \"com.g:guava\", version.ref = \"g\" }\nb = \"a:b:1\"\nc = { group = \"x\", name = \"c\" }\n[plugins]\nk = { id = \"p.k\", version = \"2\" }\n",
        &["4 com.g:guava [33] normal", "5 a:b [1] normal", "6 x:c [] normal", "8 p.k [2] build"],
    );
}

#[test]
fn dotnet() {
    check(
        "src/A.csproj",
        "<Project Sdk=\"x\">\n<ItemGroup>\n<PackageReference Include=\"A.B\" Version=\"1.0\" />\n<PackageReference Include=\"C\"><Version>2</Version><PrivateAssets>all</PrivateAssets></PackageReference>\n<PackageReference Include=\"D\" />\n<ProjectReference Include=\"..\\E.csproj\" />\n</ItemGroup>\n</Project>\n",
        &["3 A.B [1.0] normal", "4 C [2] dev", "5 D [] workspace normal"],
    );
    check(
        "Directory.Packages.props",
        "<Project>\n<ItemGroup>\n<PackageVersion Include=\"D\" Version=\"3\" />\n</ItemGroup>\n</Project>\n",
        &["3 D [3] normal"],
    );
    check(
        "NuGet.Config",
        "<configuration>\n<packageSources>\n<clear />\n<add key=\"n\" value=\"https://api.nuget.org/v3/index.json\" />\n<add key=\"x\" value=\"https://x.com/i.json\" />\n</packageSources>\n</configuration>\n",
        &["5 Registry x -> https://x.com/i.json"],
    );
}

#[test]
fn bundler() {
    check(
        "Gemfile",
        r#"source "https://rubygems.org"
gem "rails", "~> 7.0", ">= 7.0.1" # web
gem 'a', github: "o/a", branch: "main"
gem "b",
  "1.0",
  require: false
group :development, :test do
  gem "rspec"
end
gem "c", group: :test
gem "d", path: "../d"
gem name
if x
  gem "e"
end
source "https://gems.x.com" do
  gem "f"
end
"#,
        &[
            "2 rails [~> 7.0, >= 7.0.1] normal",
            "3 a [main] git:https://github.com/o/a normal",
            "4 b [1.0] normal",
            "8 rspec [] dev",
            "10 c [] dev",
            "11 d [] path:../d normal",
            "14 e [] normal",
            "17 f [] registry:https://gems.x.com normal",
            "16 Registry  -> https://gems.x.com",
            "12 unread gem name",
        ],
    );
    check(
        "a.gemspec",
        "Gem::Specification.new do |s|\n  s.name = 'a'\n  s.add_dependency 'b', '~> 1.0'\n  s.add_development_dependency(\"c\")\n  s.add_dependency name\nend\n",
        &["3 b [~> 1.0] normal", "4 c [] dev", "5 unread s.add_dependency name"],
    );
}

#[test]
fn composer_and_swift() {
    check(
        "composer.json",
        "{\n\"require\": {\n\"php\": \">=8\",\n\"ext-json\": \"*\",\n\"a/b\": \"^1\"\n},\n\"require-dev\": {\"c/d\": \"2\"},\n\"repositories\": [{\"type\": \"vcs\", \"url\": \"https://e.com/x\"}]\n}",
        &["5 a/b [^1] normal", "7 c/d [2] dev", "8 Registry  -> https://e.com/x"],
    );
    check(
        "Package.swift",
        "let package = Package(\n  dependencies: [\n    .package(url: \"https://e.com/o/swift-a.git\", from: \"1.0.0\"),\n    .package(\n      url: \"https://e.com/o/b\", .upToNextMajor(from: \"2.0\")),\n    .package(path: \"../c\"),\n    // .package(url: \"https://e.com/no\", from: \"1\"),\n  ]\n)\n",
        &[
            "3 swift-a [from 1.0.0] git:https://e.com/o/swift-a normal",
            "4 b [.upToNextMajor(from: 2.0)] git:https://e.com/o/b normal",
            "6 c [] path:../c normal",
        ],
    );
}
