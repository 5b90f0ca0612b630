// Completion scripts, made from the commands and options themselves so that they cannot grow stale.

#include <CLI/CLI.hpp>
#include <memory>
#include <set>

#include "cli/cli.h"
#include "cli/terminal.h"

namespace ansinh::cli {

namespace {

struct CommandWords {
  std::string name, description;
  std::vector<std::pair<std::string, std::string>> options;  // "--json", description
  std::string parts;                                         // the commands inside it, in one text
};

void add_options(const CLI::App& app, CommandWords& words) {
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) {
      words.options.emplace_back("--" + name, option->get_description());
    }
  }
}

std::vector<CommandWords> all_words(const CLI::App& app) {
  std::vector<CommandWords> all;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    CommandWords words{command->get_name(), command->get_description(), {}, ""};
    add_options(*command, words);
    for (const CLI::App* part : command->get_subcommands([](const CLI::App*) { return true; })) {
      words.parts += (words.parts.empty() ? "" : " ") + part->get_name();
      add_options(*part, words);
    }
    add_options(app, words);
    std::set<std::string> seen;
    std::erase_if(words.options,
                  [&](const auto& option) { return !seen.insert(option.first).second; });
    all.push_back(std::move(words));
  }
  return all;
}

std::string in_quotes(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string bash(const std::vector<CommandWords>& all) {
  std::string names, cases;
  for (const CommandWords& command : all) {
    names += (names.empty() ? "" : " ") + command.name;
    cases += "    " + command.name + ") parts='" + command.parts + "' words='";
    for (size_t i = 0; i < command.options.size(); ++i) {
      cases += (i == 0 ? "" : " ") + command.options[i].first;
    }
    cases += "' ;;\n";
  }
  return "# ansinh: source <(ansinh completion bash)\n"
         "_ansinh() {\n"
         "  local current=\"${COMP_WORDS[COMP_CWORD]}\" previous=\"${COMP_WORDS[COMP_CWORD-1]}\" "
         "words= parts=\n"
         "  COMPREPLY=()\n"
         "  if [ \"$COMP_CWORD\" -eq 1 ]; then\n"
         "    COMPREPLY=($(compgen -W '" +
         names +
         " --help --lang' -- \"$current\")); return\n"
         "  fi\n"
         "  case \"$previous\" in\n"
         "    --lang) COMPREPLY=($(compgen -W 'vi en' -- \"$current\")); return ;;\n"
         "    completion) COMPREPLY=($(compgen -W 'bash zsh fish' -- \"$current\")); return ;;\n"
         "  esac\n"
         "  case \"${COMP_WORDS[1]}\" in\n" +
         cases +
         "  esac\n"
         "  if [ \"$COMP_CWORD\" -eq 2 ] && [ -n \"$parts\" ]; then\n"
         "    COMPREPLY=($(compgen -W \"$parts\" -- \"$current\")); return\n"
         "  fi\n"
         "  case \"$current\" in\n"
         "    -*) COMPREPLY=($(compgen -W \"$words\" -- \"$current\")) ;;\n"
         "    *) COMPREPLY=($(compgen -f -- \"$current\")) ;;\n"
         "  esac\n"
         "}\n"
         "complete -o filenames -F _ansinh ansinh\n";
}

// Inside _arguments and _describe a colon and a bracket have meaning.
std::string for_zsh(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == ':' || c == '[' || c == ']' || c == '\\') safe += '\\';
    safe += c;
  }
  return safe;
}

std::string zsh(const std::vector<CommandWords>& all) {
  std::string names, cases;
  for (const CommandWords& command : all) {
    names += "    " + in_quotes(command.name + ":" + for_zsh(command.description)) + "\n";
    cases += "    " + command.name + ") _arguments";
    for (const auto& [option, description] : command.options) {
      cases += " " + in_quotes(option + "[" + for_zsh(description) + "]");
    }
    if (!command.parts.empty()) cases += " '2:part:(" + command.parts + ")'";
    cases +=
        command.name == "completion" ? " '*:shell:(bash zsh fish)' ;;\n" : " '*:file:_files' ;;\n";
  }
  return "#compdef ansinh\n"
         "# ansinh: ansinh completion zsh > \"${fpath[1]}/_ansinh\"\n"
         "_ansinh() {\n"
         "  local -a commands\n"
         "  commands=(\n" +
         names +
         "  )\n"
         "  if (( CURRENT == 2 )); then _describe command commands; return; fi\n"
         "  case \"$words[2]\" in\n" +
         cases +
         "  esac\n"
         "}\n"
         "compdef _ansinh ansinh\n";
}

std::string fish(const std::vector<CommandWords>& all) {
  std::string text = "# ansinh: ansinh completion fish > ~/.config/fish/completions/ansinh.fish\n";
  for (const CommandWords& command : all) {
    text += "complete -c ansinh -n __fish_use_subcommand -f -a " + command.name + " -d " +
            in_quotes(command.description) + "\n";
    if (!command.parts.empty()) {
      text += "complete -c ansinh -n '__fish_seen_subcommand_from " + command.name + "' -f -a '" +
              command.parts + "'\n";
    }
    for (const auto& [option, description] : command.options) {
      text += "complete -c ansinh -n '__fish_seen_subcommand_from " + command.name + "' -l " +
              option.substr(2) + " -d " + in_quotes(description);
      text += option == "--lang" ? " -x -a 'vi en'\n" : "\n";
    }
  }
  text += "complete -c ansinh -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n";
  return text;
}

}  // namespace

void add_completion(CLI::App& app, const Terminal& terminal, Command& chosen) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand(
      "completion", terminal.say("In tập lệnh gợi ý cho bash, zsh hoặc fish",
                                 "Print a completion script for bash, zsh or fish"));
  command->add_option("shell", *shell, "bash | zsh | fish")->required()->type_name("SHELL");
  command->callback([=, &app, &terminal, &chosen] {
    chosen = [=, &app, &terminal] {
      const auto words = all_words(app);
      if (*shell == "bash") return print(bash(words));
      if (*shell == "zsh") return print(zsh(words));
      if (*shell == "fish") return print(fish(words));
      return fail(
          terminal, kUsage,
          {"không có tập lệnh cho \"" + *shell + "\"", "there is no script for \"" + *shell + "\""},
          {"dùng bash, zsh hoặc fish", "use bash, zsh or fish"});
    };
  });
}

}  // namespace ansinh::cli
